"""One file from an HTTP server to its place: resumed, limited, checked, whole or not at all."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cnn_tui.data.catalogue import Remote
from cnn_tui.errors import Place, UserError, writing
from cnn_tui.files import make_durable

if TYPE_CHECKING:
    from http.client import HTTPMessage, HTTPResponse
    from urllib.request import OpenerDirector

Tell = Callable[[float, float | None], None]
"""Is called with the bytes that are there, and with how many there will be if that is known."""
MAX_BYTES = 4 * 2**30
"""The largest file that is taken unless another size is asked for."""
SECONDS_OF_SILENCE = 30.0
MOST_REDIRECTS = 5
_BLOCK = 2**18
_NETWORK = "Check the network and the address; data on this machine works without."
_ITSELF = "Give the address of the file itself."
_GO_ON = "Give the same command again: it goes on from there."


def download(remote: Remote, file: Path, max_bytes: int, tell: Tell) -> None:
    """Puts a file of the network in its place. Raises UserError; what came so far stays beside it as .part."""
    from filelock import FileLock, Timeout

    host = host_of(remote.url)
    with writing(file):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(file.with_name(f".{file.name}.lock"), timeout=0):
            part = file.with_name(f"{file.name}.part")
            _complete(remote, part, max_bytes, tell)
            _check(remote, part, host)
            with writing(file):
                part.replace(file)
                make_durable(file.parent)
            _validator_file(part).unlink(missing_ok=True)
    except Timeout:
        raise UserError("is being downloaded by another command", Place(file), "Wait for it.") from None


def host_of(url: str) -> str:
    """The server of a URL. Raises UserError unless it is one of HTTP."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not url.isascii() or any(sign <= " " for sign in url):
        raise UserError("is not a URL that can be fetched", url, "Give one that begins with https:// or http://.")
    return host


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _complete(remote: Remote, part: Path, max_bytes: int, tell: Tell) -> None:
    """Brings what is there of the file to its end."""
    there = part.stat().st_size if part.exists() and _validator(part) else 0
    host = host_of(remote.url)
    with _answer(remote.url, there, _validator(part)) as answer:
        first, total = _range(answer)
        if first not in (0, there):
            raise UserError("sends another part than was asked for", host, "Try again later.")
        limit = min(max_bytes, remote.bytes or max_bytes)
        if (total or 0) > limit:
            raise _too_large(part, total or 0, limit)
        with writing(part), part.open("r+b" if first else "wb") as file:
            file.seek(first)
            _validator_file(part).write_text(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
            is_whole = _copy(answer, file, limit, total, tell)
            came, total = file.tell(), total or remote.bytes
    if not is_whole or came < (total or 0):
        of = f" of {total:,}" if total else ""
        raise UserError(f"broke off after {came:,}{of} bytes", Place(part.stem), _GO_ON)


def _copy(answer: "HTTPResponse", file: IO[bytes], limit: int, total: int | None, tell: Tell) -> bool:
    """What is sent, up to the end or the limit; whether the end came, or the connection broke."""
    while block := _read(answer):
        if file.tell() + len(block) > limit:
            file.truncate(0)
            raise _too_large(Path(file.name), file.tell() + len(block), limit)
        file.write(block)
        tell(file.tell(), total)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
    return block is not None


def _read(answer: "HTTPResponse") -> bytes | None:
    """The next bytes; b"" at the end, None when the connection broke."""
    from http.client import HTTPException

    try:
        return answer.read1(_BLOCK)
    except (OSError, HTTPException):
        return None


@contextmanager
def _answer(url: str, there: int, validator: str) -> Iterator["HTTPResponse"]:
    """What the server answers to the wish for the bytes from `there` on; all of them when it no longer has the same."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    wish = {"User-Agent": "cnn-tui", "Accept-Encoding": "identity"}
    if there:
        wish |= {"Range": f"bytes={there}-", "If-Range": validator}
    host = host_of(url)
    try:
        answer = _opener().open(Request(url, headers=wish), timeout=SECONDS_OF_SILENCE)
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and there:
            with _answer(url, 0, "") as anew:
                yield anew
            return
        if error.code // 100 == 3:
            problem = "leads on in circles, or to what is not on the network"
            raise UserError(problem, host, _ITSELF) from None
        raise UserError(f"answers {error.code} ({_words(error.code)})", host, "Check the address.") from None
    except URLError as error:
        raise _unreachable(host, error.reason) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(host, error) from None
    with answer:
        yield answer


def _opener() -> "OpenerDirector":
    """What follows a few redirects, to servers of HTTP only and never from a safe one to another."""
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Redirects(HTTPRedirectHandler):
        max_redirections = MOST_REDIRECTS

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: "HTTPMessage", newurl: str
        ) -> Request | None:
            host = host_of(req.full_url)
            if urlsplit(newurl).scheme not in ("https", urlsplit(req.full_url).scheme):
                raise UserError(f"leads on to {newurl}", host, _ITSELF)
            host_of(newurl)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(Redirects)


def _range(answer: "HTTPResponse") -> tuple[int, int | None]:
    """Which byte comes first, and how many the whole file has if it is said."""

    said = re.fullmatch(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18})", answer.headers.get("Content-Range", ""))
    if answer.status == HTTPStatus.PARTIAL_CONTENT and said:
        return int(said[1]), int(said[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if re.fullmatch("[0-9]{1,18}", length) else None


def _check(remote: Remote, part: Path, host: str) -> None:
    """Raises UserError, and removes the file, when it is not what was published."""
    if not remote.sha256 or (found := sha256_of(part)) == remote.sha256:
        return
    with suppress(OSError):
        part.unlink()
    problem = f"sent a file of the SHA-256 {found[:12]}... instead of {remote.sha256[:12]}..."
    raise UserError(problem, host, "It was changed or damaged on its way; nothing of it is kept.")


def _validator_file(part: Path) -> Path:
    """Where it is kept which version of the file has begun to come."""
    return part.with_name(f"{part.name}.version")


def _validator(part: Path) -> str:
    try:
        return _validator_file(part).read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def _unreachable(host: str, reason: Any) -> UserError:
    words = (isinstance(reason, OSError) and reason.strerror) or str(reason)
    return UserError(f"cannot be reached: {words}", host, _NETWORK)


def _too_large(part: Path, size: int, limit: int) -> UserError:
    remedy = "If that is meant, ask for more with --max-bytes."
    return UserError(f"has {size:,} bytes or more, and {limit:,} are allowed", Place(part.stem), remedy)


def _words(code: int) -> str:
    try:
        return HTTPStatus(code).phrase.lower()
    except ValueError:
        return "unknown"
