"""Who asks: tokens (JWT, RFC 7519) verified against a JWKS (RFC 7517), and a development issuer of such tokens."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import jwt
import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm

from chassis import clock, ids
from chassis.problems import unauthenticated
from chassis.settings import ProcessSettings

ALGORITHMS = ("ES256", "EdDSA", "RS256")
REMEMBERED_TOKENS = 10_000
KEYS_SECONDS = 300.0
KEYS_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds: an electronic identification code, or None for a role without place."""

    role: str
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. The public has no grants; `token` is what a gateway passes on."""

    subject: str
    name: str
    grants: tuple[Grant, ...] = ()
    locale: str = "vi"
    expires_at: float | None = None
    token: str = ""

    def has(self, *roles: str) -> bool:
        """Whether some grant is for one of these roles."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, role: str) -> tuple[str, ...]:
        """Where a role was granted."""
        return tuple(grant.scope for grant in self.grants if grant.role == role and grant.scope)


PUBLIC = Viewer("public", "public")


def system(service: str, cause: str = "") -> Viewer:
    """The service itself, for reactions, jobs and loops; `cause` is the id of the message or job behind it."""
    subject = f"system:{service}" + (f":{cause}" if cause else "")
    return Viewer(subject, service, (Grant("system", None),))


class Verifier:
    """Turns bearer tokens into viewers; keys are read again when an unknown one is named, at most each 10 s."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._location = settings.jwks
        self._issuer, self._audience = settings.token_issuer, settings.token_audience
        self._keys: dict[str, jwt.PyJWK] = {}
        self._loaded_at = -KEYS_SECONDS
        self._loading = asyncio.Lock()
        self._seen: OrderedDict[bytes, Viewer] = OrderedDict()

    async def viewer(self, authorization: str | None) -> Viewer:
        """The viewer of an `Authorization` header: the public without one. Raises the problem `unauthenticated`."""
        if not authorization:
            return PUBLIC
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise unauthenticated("Use 'Authorization: Bearer <token>'.")
        return await self.verify(token.strip())

    async def verify(self, token: str) -> Viewer:
        """The viewer of a token. Raises the problem `unauthenticated`."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._seen.get(digest)
        if known is not None and known.expires_at is not None and known.expires_at > clock.now().timestamp():
            return known
        viewer = await self._decode(token)
        self._seen[digest] = viewer
        if len(self._seen) > REMEMBERED_TOKENS:
            self._seen.popitem(last=False)
        return viewer

    async def _decode(self, token: str) -> Viewer:
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=30,
                options={"require": ["exp", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise unauthenticated() from error
        return _viewer(claims, token)

    async def _key(self, name: str) -> jwt.PyJWK:
        async with self._loading:
            age = clock.monotonic() - self._loaded_at
            if age > KEYS_SECONDS or (name not in self._keys and age > KEYS_PAUSE_SECONDS):
                self._keys = {key.key_id or "": key for key in await self._load()}
                self._loaded_at = clock.monotonic()
        if name not in self._keys:
            raise unauthenticated("The token is signed by an unknown key.")
        return self._keys[name]

    async def _load(self) -> Sequence[jwt.PyJWK]:
        if not self._location:
            return []
        if self._location.startswith("https://") or self._location.startswith("http://"):
            try:
                async with ClientSession(timeout=ClientTimeout(5)) as session, session.get(self._location) as answer:
                    raw = await answer.read()
            except (ClientError, TimeoutError):
                return list(self._keys.values())
        else:
            raw = await asyncio.to_thread(Path(self._location).read_bytes)
        try:
            return jwt.PyJWKSet.from_dict(orjson.loads(raw)).keys
        except (ValueError, AttributeError, jwt.PyJWTError):  # a page of maintenance, say, must not lock everybody out
            return list(self._keys.values())


def _viewer(claims: Mapping[str, object], token: str) -> Viewer:
    grants = claims.get("grants", [])
    try:
        held = tuple(Grant(str(g["role"]), g.get("scope")) for g in grants)  # type: ignore[attr-defined]
    except (TypeError, KeyError, AttributeError) as error:
        raise unauthenticated("The token's grants are malformed.") from error
    subject, name = str(claims["sub"]), str(claims.get("name", claims["sub"]))
    return Viewer(subject, name, held, str(claims.get("locale", "vi")), float(str(claims["exp"])), token)


class DevelopmentIssuer:
    """Signs tokens for development and demos with a key in a folder of its own; production refuses its issuer name."""

    ISSUER = "lantoa-development"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = self._load_or_make()

    @property
    def jwks_path(self) -> Path:
        """The file of public keys that processes are given as `LANTOA_JWKS`."""
        return self._folder / "jwks.json"

    def token(self, role: str, scope: str | None, *, subject: str, name: str, lifetime: timedelta) -> str:
        """A signed token that grants one role."""
        now = clock.now()
        claims = {
            "iss": self.ISSUER,
            "aud": "lantoa",
            "sub": subject,
            "name": name,
            "iat": now,
            "exp": now + lifetime,
            "jti": ids.random_id(),
            "grants": [{"role": role, "scope": scope}],
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._key_id()})

    def _key_id(self) -> str:
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return hashlib.sha256(public).hexdigest()[:16]

    def _load_or_make(self) -> EllipticCurvePrivateKey:
        path = self._folder / "key.pem"
        if path.exists():
            key = serialization.load_pem_private_key(path.read_bytes(), None)
            if not isinstance(key, EllipticCurvePrivateKey):
                raise ValueError(f"{path} is no elliptic curve key; remove it and start again")
            return key
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = generate_private_key(SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.touch(mode=0o600)
        path.write_bytes(pem)
        self._key = key
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        keys = {"keys": [{**public, "kid": self._key_id(), "use": "sig", "alg": "ES256"}]}
        self.jwks_path.write_bytes(orjson.dumps(keys))
        return key
