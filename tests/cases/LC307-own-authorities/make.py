"""LC307-own-authorities: what has a list of its own is not warned of."""

from pathlib import Path

from tests.forge import elf

path = b"/etc/ssl/certs/ca-certificates.crt\0"
for name, more in (
    ("theirs", b""),
    ("own", b"\x0c\x0cISRG Root X1"),
    ("text", b"MIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcNAQELBQAw"),
):
    Path(name).write_bytes(elf(kind=2, text=path + more))
    Path(name).chmod(0o755)
