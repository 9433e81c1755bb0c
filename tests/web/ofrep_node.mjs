// The real npm OFREP providers: node ofrep_node.mjs URL ACCESS; each line of input is a question, each of output an answer.
import { createInterface } from "node:readline";
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature as Web } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

const [url, access] = process.argv.slice(2);
const headers = [["Authorization", `Bearer ${access}`]];
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: url, headers, timeoutMs: 20000 }));
const server = OpenFeature.getClient();
await Web.setContext({ targetingKey: "p1", region: "EU" });
await Web.setProviderAndWait(new OFREPWebProvider({ baseUrl: url, headers, pollInterval: 300, cacheMode: "disabled", timeoutMs: 20000 }));
const web = Web.getClient();
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const found = asked.web
    ? web.getBooleanDetails(asked.flag, asked.default)
    : asked.kind === "boolean"
      ? await server.getBooleanDetails(asked.flag, asked.default, { targetingKey: asked.key, ...asked.attributes })
      : await server.getStringDetails(asked.flag, asked.default, { targetingKey: asked.key, ...asked.attributes });
  console.log(JSON.stringify({ value: found.value, variant: found.variant, reason: found.reason, error: found.errorCode ?? null }));
}
process.exit(0);
