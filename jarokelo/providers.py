"""The accounts of other sites that people may sign in with, from the environment. Nothing set: no button."""

from typing import Any

from environs import Env


def social_providers(env: Env) -> dict[str, Any]:
    """allauth's `SOCIALACCOUNT_PROVIDERS`.

    `EMAIL_AUTHENTICATION`: an address that the provider says it has verified opens the account that has it here.
    Facebook does not say so, and an address that is only claimed opens nothing.
    """
    google, facebook, oidc = (
        _app(env, "GOOGLE"),
        _app(env, "FACEBOOK"),
        _app(env, "OIDC"),
    )
    if oidc:
        oidc |= {
            "provider_id": "oidc",
            "name": env.str("OIDC_NAME", "OpenID"),
            "settings": {"server_url": env.str("OIDC_SERVER_URL")},
        }
    return {
        "google": {
            "APPS": [google] if google else [],
            "SCOPE": ["profile", "email"],
            "OAUTH_PKCE_ENABLED": True,
            "EMAIL_AUTHENTICATION": True,
        },
        "facebook": {"APPS": [facebook] if facebook else [], "METHOD": "oauth2", "VERIFIED_EMAIL": False},
        "openid_connect": {
            "APPS": [oidc] if oidc else [],
            "OAUTH_PKCE_ENABLED": True,
            "EMAIL_AUTHENTICATION": True,
        },
    }


def _app(env: Env, name: str) -> dict[str, Any]:
    client_id = env.str(f"{name}_CLIENT_ID", "")
    return {"client_id": client_id, "secret": env.str(f"{name}_CLIENT_SECRET")} if client_id else {}
