"""``/demo/accounts``: whom one may sign in as at the demo institution. Only there where the demo is."""

from pydantic import BaseModel

from rest.demo.routes import check
from rest.demo.seed import ACCOUNTS, INSTITUTION, PASSWORD
from rest.identity.policy import Role
from rest.platform.deps import Settings
from rest.platform.routing import router

routes = router("demo")


class DemoAccount(BaseModel):
    """What to type on the sign-in page."""

    institution: str
    email: str
    password: str
    name: str
    role: Role


@routes.get("/demo/accounts")
async def list_accounts(settings: Settings) -> list[DemoAccount]:
    """The people of the demo institution, with the password they all have."""
    check(settings)
    return [
        DemoAccount(institution=INSTITUTION, email=one.email, password=PASSWORD, name=one.name, role=one.role)
        for one in ACCOUNTS
    ]
