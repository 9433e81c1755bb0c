"""The addresses of sign-in and people. Of allauth's pages only those that are meant to be reached are here."""

from allauth.account import views as allauth
from django.urls import path

from hotwash.web.accounts import own_pages, people_pages, tongue_page

urlpatterns = [
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-in/link/<str:text>/", own_pages.sign_in_link, name="sign_in_link"),
    path("sign-in/closed/", allauth.account_inactive, name="account_inactive"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("language/", tongue_page.language, name="language"),
    path("account/", own_pages.own, name="own"),
    path("account/password/", own_pages.own_password, name="own_password"),
    path("account/tokens/", own_pages.own_tokens, name="own_tokens"),
    path("account/tokens/revoke/", own_pages.own_revoke, name="own_revoke"),
    path("people/", people_pages.people_list, name="people"),
    path("people/<str:name>/", people_pages.person, name="person"),
    path("people/<str:name>/role/", people_pages.person_role, name="person_role"),
    path("people/<str:name>/link/", people_pages.person_link, name="person_link"),
    path("people/<str:name>/close/", people_pages.person_close, name="person_close"),
    path("people/<str:name>/open/", people_pages.person_open, name="person_open"),
    path("people/<str:name>/tokens/", people_pages.person_tokens, name="person_tokens"),
    path("people/<str:name>/tokens/revoke/", people_pages.person_revoke, name="person_revoke"),
]
