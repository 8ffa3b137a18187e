"""Known holes in what we build on: below these versions nothing is installed."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Floor(NamedTuple):
    """The first version without a hole, its number (CVE, GHSA or RUSTSEC), and what it was."""

    package: str
    fixed: str
    advisory: str
    hole: str


Registry = Literal["pypi", "npm", "crates"]

FLOORS: dict[Registry, tuple[Floor, ...]] = {
    "pypi": (
        Floor("authlib", "1.3.1", "CVE-2024-37568", "HMAC verified with a public key"),
        Floor("authlib", "1.6.4", "CVE-2025-59420", "unknown critical headers of a JWS accepted"),
        Floor("authlib", "1.6.5", "CVE-2025-61920", "JOSE segments without a bound on their size"),
        Floor("authlib", "1.6.6", "CVE-2025-68158", "sign-in taken over by a cached state"),
        Floor("authlib", "1.6.9", "CVE-2026-27962", "a key in a token's own header was believed"),
        Floor("authlib", "1.6.12", "CVE-2026-41425", "forged requests at sign-in"),
        Floor("cbor2", "5.6.2", "CVE-2024-26134", "overflow while decoding"),
        Floor("certifi", "2023.7.22", "CVE-2023-37920", "an authority that is trusted no more"),
        Floor("certifi", "2024.7.4", "CVE-2024-39689", "an authority that is trusted no more"),
        Floor("cryptography", "42.0.0", "CVE-2023-50782", "an oracle for RSA decryption"),
        Floor("cryptography", "42.0.4", "CVE-2024-26130", "crash on a PKCS12 that does not match"),
        Floor("cryptography", "44.0.1", "CVE-2024-12797", "OpenSSL in the wheels: raw public keys"),
        Floor("cryptography", "46.0.5", "CVE-2026-26007", "small subgroups of SECT curves"),
        Floor("cryptography", "46.0.6", "CVE-2026-34073", "constraints on names not kept"),
        Floor("cryptography", "48.0.1", "GHSA-537c-gmf6-5ccf", "OpenSSL in the wheels"),
        Floor("cryptography", "50.0.0", "CVE-2026-69247", "an oracle for PKCS#7 decryption"),
        Floor("h11", "0.16.0", "CVE-2025-43859", "requests smuggled in bad chunks"),
        Floor("h2", "4.3.0", "CVE-2025-57804", "requests split by header values"),
        Floor("idna", "3.7", "CVE-2024-3651", "a host's name that takes minutes to encode"),
        Floor("idna", "3.15", "CVE-2026-45409", "the same again, by another way"),
        Floor("jinja2", "3.1.3", "CVE-2024-22195", "attributes injected by xmlattr"),
        Floor("jinja2", "3.1.4", "CVE-2024-34064", "the same with other characters"),
        Floor("jinja2", "3.1.5", "CVE-2024-56326", "out of the sandbox by str.format"),
        Floor("jinja2", "3.1.6", "CVE-2025-27516", "out of the sandbox by |attr"),
        Floor("joserfc", "1.6.8", "CVE-2026-49852", "tokens signed with an empty key accepted"),
        Floor("joserfc", "1.7.2", "GHSA-5jhw-7jv7-qcqq", "one token in many spellings"),
        Floor("markdown-it-py", "2.2.0", "CVE-2023-26303", "crash on a null character"),
        Floor("pillow", "10.0.1", "CVE-2023-4863", "libwebp: overflow while decoding"),
        Floor("pillow", "10.2.0", "CVE-2023-50447", "code run by ImageMath.eval"),
        Floor("pillow", "10.3.0", "CVE-2024-28219", "overflow in _imagingcms"),
        Floor("pillow", "11.3.0", "CVE-2025-48379", "overflow while writing DDS"),
        Floor("pillow", "12.1.1", "CVE-2026-25990", "write out of bounds while reading PSD"),
        Floor("pillow", "12.2.0", "CVE-2026-40192", "a bomb of gzip in FITS"),
        Floor("pillow", "12.3.0", "PYSEC-2026-2253", "and -2257: bombs and writes out of bounds"),
        Floor("pyasn1", "0.6.2", "CVE-2026-23490", "memory without bound while decoding"),
        Floor("pygments", "2.20.0", "CVE-2026-4539", "an expression that takes minutes"),
        Floor("python-multipart", "0.0.7", "CVE-2024-24762", "a content type that takes minutes"),
        Floor("python-multipart", "0.0.18", "CVE-2024-53981", "a log line for each byte"),
        Floor("python-multipart", "0.0.22", "CVE-2026-24486", "files written outside the folder"),
        Floor("python-multipart", "0.0.26", "CVE-2026-40347", "preambles that take minutes"),
        Floor("python-multipart", "0.0.27", "CVE-2026-42561", "headers of a part without bound"),
        Floor("pyyaml", "5.4", "CVE-2020-14343", "code run by full_load"),
        Floor("redis", "4.5.4", "CVE-2023-28859", "one caller gets another's answer"),
        Floor("requests", "2.31.0", "CVE-2023-32681", "proxy credentials sent to the site"),
        Floor("requests", "2.32.0", "CVE-2024-35195", "certificates unverified for ever"),
        Floor("requests", "2.32.4", "CVE-2024-47081", "credentials sent to another host"),
        Floor("setuptools", "70.0.0", "CVE-2024-6345", "code run by package_index"),
        Floor("setuptools", "78.1.1", "CVE-2025-47273", "files written outside the folder"),
        Floor(
            "starlette", "0.25.0", "CVE-2023-30798", "form fields without a bound on their number"
        ),
        Floor("starlette", "0.27.0", "CVE-2023-29159", "files served from a folder beside"),
        Floor("starlette", "0.40.0", "CVE-2024-47874", "form fields without a bound on their size"),
        Floor("starlette", "0.47.2", "CVE-2025-54121", "the loop blocked by large files"),
        Floor("starlette", "0.49.1", "CVE-2025-62727", "a Range header that takes minutes"),
        Floor(
            "starlette", "1.0.1", "CVE-2026-48710", "a Host header that changes request.url.path"
        ),
        Floor(
            "starlette", "1.1.0", "CVE-2026-48818", "StaticFiles asks other machines, on Windows"
        ),
        Floor("urllib3", "2.5.0", "CVE-2025-50181", "redirects followed though switched off"),
        Floor("urllib3", "2.6.0", "CVE-2025-66418", "links of decompression without bound"),
        Floor("urllib3", "2.6.0", "CVE-2025-66471", "bombs while streaming"),
        Floor("urllib3", "2.6.3", "CVE-2026-21441", "bombs in redirects"),
        Floor("urllib3", "2.7.0", "CVE-2026-44432", "bombs while streaming, again"),
        Floor("uvicorn", "0.11.7", "CVE-2020-7695", "headers split by a line feed"),
        Floor("websockets", "9.1", "CVE-2021-33880", "passwords guessed by timing"),
        Floor("werkzeug", "3.0.3", "CVE-2024-34069", "the debugger answers other sites"),
        Floor("werkzeug", "3.1.4", "CVE-2025-66221", "device names of Windows in safe_join"),
    ),
    # Inside nh3, as its wheel says itself: the cleaner of all that readers see.
    "crates": (
        Floor("ammonia", "4.1.2", "RUSTSEC-2025-0071", "scripts by SVG or MathML, where allowed"),
        Floor("ammonia", "4.1.3", "CVE-2026-63430", "scripts by MathML, where allowed"),
        Floor("ammonia", "4.1.4", "GHSA-m6mh-2hw2-555x", "scripts by SVG, where allowed"),
    ),
    "npm": (
        Floor("esbuild", "0.25.0", "GHSA-67mh-4wv8-f99f", "the development server answers all"),
        Floor("nanoid", "3.3.8", "CVE-2024-55565", "ids that can be foretold"),
        Floor("nanoid", "3.3.18", "CVE-2026-67213", "a loop without end"),
        Floor("picomatch", "4.0.4", "CVE-2026-33671", "an expression that takes minutes"),
        Floor("picomatch", "4.0.4", "CVE-2026-33672", "methods injected by character classes"),
        Floor("postcss", "8.4.31", "CVE-2023-44270", "a comment that becomes a rule"),
        Floor("postcss", "8.5.18", "GHSA-r28c-9q8g-f849", "any .map file by a stylesheet"),
        Floor("rollup", "4.22.4", "CVE-2024-47068", "scripts by names of the page's elements"),
        Floor("vite", "7.1.11", "CVE-2025-62522", "files beside the folder, on Windows"),
        Floor("vite", "8.0.5", "CVE-2026-39363", "any file by the development server's socket"),
        Floor("vite", "8.0.5", "CVE-2026-39364", "files that were denied, by a query"),
        Floor("vite", "8.0.16", "CVE-2026-53571", "files that were denied, on Windows"),
    ),
}
