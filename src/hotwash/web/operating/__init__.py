"""What whoever runs the installation looks at: health, readiness and figures for a monitor. No words of people."""
