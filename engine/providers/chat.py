"""
The only HTTP client: one request to a provider, one whole answer or one error of the tree in errors.

httpx speaks over aiohttp's connections, because httpx's own pool collapses past ~32 calls in flight. A call is never
repeated here: generate.retry decides that. envelope reads what the answer says.

What the environment may change: certificates come from SSL_CERT_FILE / SSL_CERT_DIR where they are set (a company's
own authority), and HTTPS_PROXY / NO_PROXY are followed, because behind such a proxy no other connection works. Nothing
else is taken from it (httpx's trust_env is off), and a call to this machine never goes through a proxy.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from aiohttp.abc import ResolveResult
from httpx_aiohttp import AiohttpTransport

from engine.errors import (
    BadAnswer,
    BadCertificate,
    ForeignRedirect,
    Late,
    NoAnswer,
    NotSent,
    ProviderError,
    TooLarge,
    UnknownEncoding,
)
from engine.messages import Message
from engine.providers.addresses import is_outside, proxy_of
from engine.providers.body import request_headers
from engine.providers.envelope import read_answer, read_models
from engine.providers.inflate import Inflater
from engine.providers.keys import Key
from engine.providers.profile import Profile
from engine.providers.redaction import Redactor
from engine.providers.reply import Answer

BODY_CAP = 10 * 1024 * 1024
CONNECT_S = 10.0  # a host that does not even shake hands in this time is down; the total deadline is for the answer
# Below the 5 s after which uvicorn closes an idle connection: we close it first, never under a request that is billed.
KEEP_ALIVE_S = 4.0


class Chat:
    """
    A provider's open line; an async context manager, for one event loop.

    Args:
        profile: Whom to speak to.
        key: None where no key is needed.
        deadline_s: Total seconds of one call, from its first step to the last byte of its answer.
        connections: Most connections held open, at least the calls in flight.
        transport: In place of the network, for tests.
    """

    def __init__(
        self,
        profile: Profile,
        key: Key | None,
        *,
        deadline_s: float,
        connections: int,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._profile = profile
        self._redactor = Redactor(key.reveal() if key else "")
        self._deadline_s = deadline_s
        self._connections = connections
        self._base_url = profile.base_url.rstrip("/")
        self._url = httpx.URL(f"{self._base_url}/chat/completions")
        self._headers = request_headers(profile, key, self._url.netloc.decode())
        self._transport = transport
        self._open: httpx.AsyncBaseTransport | None = None

    def __repr__(self) -> str:
        return f"Chat({self._profile.name}, {self._base_url}, deadline_s={self._deadline_s:g})"

    async def __aenter__(self) -> Self:
        self._open = self._transport or _transport(self._base_url, self._connections)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            await self._open.aclose()

    async def send(self, body: bytes) -> Answer:
        """
        Ask for one completion.

        Args:
            body: What `payload` made.

        Returns:
            The answer, whatever its status; its texts do not hold the key, even where the provider echoes it.

        Raises:
            NotSent: nothing reached the provider (BadCertificate: it is not who it says).
            NoAnswer: the request was written and no whole answer came (Late: within the deadline).
            TooLarge: the answer passed 10 MB, or inflated past it.
            ForeignRedirect: the provider points elsewhere; the key does not follow.
        """
        return await self._exchange("POST", self._url, body)

    async def get(self, path: str) -> Answer:
        """
        Ask for what costs nothing: /models, or what a key has left.

        Args:
            path: Under the base_url, with its slash.

        Raises:
            ProviderError: as `send`.
        """
        return await self._exchange("GET", httpx.URL(f"{self._base_url}{path}"), b"")

    async def models(self) -> list[str]:
        """
        The models the provider serves, sorted.

        Raises:
            ProviderError: as `send`; BadAnswer where the answer is no list of models.
        """
        answer = await self.get("/models")
        models = read_models(answer)
        if models is None:
            said = read_answer(answer).error_message
            raise BadAnswer(self._profile.name, "models_none", status=answer.status, said=said)
        return models

    async def _exchange(self, method: str, url: httpx.URL, body: bytes) -> Answer:
        if self._open is None:
            raise RuntimeError("a Chat is used inside `async with`")
        outgoing = _Outgoing(body)
        headers = [*self._headers, (b"Content-Length", b"%d" % len(body))]
        request = httpx.Request(
            method, url, headers=headers, stream=outgoing if body else None, extensions={"timeout": _TIMEOUT.as_dict()}
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._receive(request)
        except (httpx.HTTPError, aiohttp.ClientError, zlib.error, OSError) as exc:
            failure = self._translated(exc, outgoing.sent)
            cause = _without_headers(exc)
        # Outside the except clause, so that no traceback leads back to aiohttp's copy of the request headers.
        raise failure from cause

    async def _receive(self, request: httpx.Request) -> Answer:
        # The transport itself, without httpx's client around it: there are no cookies, redirects or sign-in to handle,
        # and looking for them costs a quarter of our part of a call.
        assert self._open is not None
        response = await self._open.handle_async_request(request)
        try:
            if response.is_redirect:
                where = _redirect_target(response)
                raise ForeignRedirect(self._profile.name, "redirected", status=response.status_code, where=where)
            body = await self._read(response)
        finally:
            await response.aclose()
        return self._without_key(Answer(response.status_code, _plain(response.headers), body))

    async def _read(self, response: httpx.Response) -> bytes:
        inflater = Inflater(BODY_CAP, self._is_packed(response.headers.get("content-encoding", "")))
        assert isinstance(response.stream, httpx.AsyncByteStream)
        async for chunk in response.stream:  # as it came: aiter_raw would refuse the finished answers of MockTransport
            inflater.feed(chunk)
            if inflater.is_too_large:
                raise TooLarge(self._profile.name, "answer_large", most_mb=BODY_CAP // 2**20)
        return inflater.finish()

    def _is_packed(self, encoding: str) -> bool:
        match encoding.strip().lower():
            case "" | "identity":
                return False
            case "gzip" | "x-gzip" | "deflate":
                return True
        raise UnknownEncoding(self._profile.name, "answer_encoding", encoding=encoding[:40])

    def _translated(self, exc: Exception, sent: bool) -> ProviderError:
        """
        Name a foreign error. httpx-aiohttp calls most of them ConnectTimeout: whether the request's body had begun to
        leave decides, not their class.
        """
        name, host = self._profile.name, self._url.host
        silent = Message("nothing_happened", {"seconds": self._deadline_s})
        detail = self._redactor.message(_NESTED.sub(r"\1", str(exc)))[:300].rstrip(".") or silent
        if _is_certificate(exc):
            return BadCertificate(name, "certificate_fails", host=host, detail=detail)
        if not sent or isinstance(exc, httpx.ConnectError):
            return NotSent(name, "host_unreachable", host=host, detail=detail)
        if isinstance(exc, TimeoutError):
            return Late(name, "answer_late", seconds=self._deadline_s)
        return NoAnswer(name, "answer_broke", detail=detail)

    def _without_key(self, answer: Answer) -> Answer:
        headers = {name: self._redactor.header(value) for name, value in answer.headers.items()}
        return Answer(answer.status, headers, self._redactor.body(answer.status, answer.body))


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    deadline_s: float,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """
    Send a message of Draftmill's own to the internet, once: a redirect is not followed, the answer's body is not read.

    Returns:
        The status of the answer.

    Raises:
        NotSent: there was no answer within the deadline, or the host's name leads to a private address.
    """
    line = transport or _transport(url, 1, resolver=_Outside)
    request = httpx.Request("POST", url, headers=headers, content=body, extensions={"timeout": _TIMEOUT.as_dict()})
    try:
        async with asyncio.timeout(deadline_s):
            response = await line.handle_async_request(request)
            await response.aclose()
    except (httpx.HTTPError, aiohttp.ClientError, OSError) as exc:
        raise NotSent("webhook", "host_unreachable", host=request.url.host, detail=type(exc).__name__) from exc
    finally:
        await line.aclose()
    return response.status_code


class _Outside(aiohttp.ThreadedResolver):
    """Refuses a name that leads to this machine or a private network: nobody but this resolver knows where it leads."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if not all(is_outside(one["host"]) for one in found):
            raise NotSent("webhook", "host_unreachable", host=host, detail=Message("name_private"))
        return found


class _Outgoing(httpx.AsyncByteStream):
    """A request body that knows whether it has begun to leave: only then can a call have been billed."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.sent = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.sent = True
        yield self._body


_NESTED = re.compile(r"<\w+: \d+, message=['\"]([^<>]*?)['\"]>")
"""An error of aiohttp inside the text of another: its number is no status of the provider."""
_TIMEOUT = httpx.Timeout(None, connect=CONNECT_S)


def _transport(
    base_url: str, connections: int, resolver: type[aiohttp.ThreadedResolver] = aiohttp.ThreadedResolver
) -> AiohttpTransport:
    """A pool of `connections`; cookies are refused, they would tie calls together that should not be."""
    # Reading the system's certificates takes ~20 ms and is no use on http.
    context = httpx.create_ssl_context() if base_url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=connections, ssl=context, keepalive_timeout=KEEP_ALIVE_S, resolver=resolver()
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    address = proxy_of(base_url)
    return AiohttpTransport(verify=context, client=session, proxy=httpx.Proxy(address) if address else None)


def _redirect_target(response: httpx.Response) -> str | Message:
    target = re.match(r"(?:https?:)?//([\w.-]{1,100})", response.headers.get("location", ""))
    return target.group(1) if target else Message("another_path")


def _is_certificate(exc: BaseException | None) -> bool:
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError | aiohttp.ClientConnectorCertificateError):
            return True
        exc = exc.__cause__
    return False


def _without_headers(exc: Exception) -> Exception:
    """aiohttp's response errors carry the request's headers, key included, in their repr: only their name goes on."""
    if isinstance(exc, aiohttp.ClientResponseError):
        return httpx.RemoteProtocolError(f"{type(exc).__name__}: {exc.message[:300]}")
    return exc


def _plain(headers: httpx.Headers) -> dict[str, str]:
    return {name.decode("ascii", "replace").lower(): value.decode("latin-1") for name, value in headers.raw}
