"""Go modules that bind a library of C, and what does the same without C."""

from __future__ import annotations

_OF_GITHUB = """
mattn/go-sqlite3                modernc.org/sqlite, github.com/ncruces/go-sqlite3
confluentinc/confluent-kafka-go github.com/twmb/franz-go, github.com/segmentio/kafka-go
marcboeker/go-duckdb
duckdb/duckdb-go
godror/godror                   github.com/sijms/go-ora
mattn/go-oci8                   github.com/sijms/go-ora
alexbrainman/odbc
ibmdb/go_ibm_db
linxGnu/grocksdb                github.com/cockroachdb/pebble
tecbot/gorocksdb                github.com/cockroachdb/pebble
jmhodges/levigo                 github.com/syndtr/goleveldb
bmatsuo/lmdb-go                 go.etcd.io/bbolt
erigontech/mdbx-go              go.etcd.io/bbolt
valyala/gozstd                  github.com/klauspost/compress/zstd
DataDog/zstd                    github.com/klauspost/compress/zstd
google/brotli/go/cbrotli        github.com/andybalholm/brotli
google/gopacket/pcap            github.com/google/gopacket/pcapgo
gopacket/gopacket/pcap          github.com/gopacket/gopacket/pcapgo
ethereum/c-kzg-4844             github.com/crate-crypto/go-kzg-4844
miekg/pkcs11
ThalesGroup/crypto11
spacemonkeygo/openssl           crypto/tls
coreos/go-systemd/v22/sdjournal
seccomp/libseccomp-golang       github.com/elastic/go-seccomp-bpf
ceph/go-ceph
libgit2/git2go                  github.com/go-git/go-git
h2non/bimg                      github.com/disintegration/imaging
davidbyttow/govips              github.com/disintegration/imaging
chai2010/webp                   github.com/gen2brain/webp
kolesa-team/go-webp             github.com/gen2brain/webp
tensorflow/tensorflow
NVIDIA/go-nvml
go-gl
veandco/go-sdl2
wasmerio/wasmer-go              github.com/tetratelabs/wazero
bytecodealliance/wasmtime-go    github.com/tetratelabs/wazero
tommie/v8go                     github.com/dop251/goja
pebbe/zmq4                      github.com/go-zeromq/zmq4
google/gousb
karalabe/hid
smacker/go-tree-sitter          github.com/malivvan/tree-sitter
tree-sitter/go-tree-sitter      github.com/malivvan/tree-sitter
aquasecurity/libbpfgo           github.com/cilium/ebpf
iovisor/gobpf                   github.com/cilium/ebpf
msteinert/pam
supranational/blst              github.com/consensys/gnark-crypto
pganalyze/pg_query_go           github.com/wasilibs/go-pgquery
otiai10/gosseract               github.com/danlock/gogosseract
"""

BINDINGS = {
    # import path of the module or of the one package of it that needs C: what does without, "" for nothing known
    **{
        f"github.com/{name}": rest.strip()
        for name, _, rest in (line.partition(" ") for line in _OF_GITHUB.strip().splitlines())
    },
    "fyne.io/fyne": "",
    "gocv.io/x/gocv": "",
    "gopkg.in/gographics/imagick": "github.com/disintegration/imaging",
    "libvirt.org/go/libvirt": "github.com/digitalocean/go-libvirt",
    "rogchap.com/v8go": "github.com/dop251/goja",
}
"""They do not work without C, whatever else a program imports. What does without is another interface, too."""

WITH_OR_WITHOUT = ("github.com/ethereum/go-ethereum/crypto/secp256k1",)
"""Packages that call C where cgo is on, and have the same in Go where it is off."""


def binding(package: str) -> str | None:
    """The key in `BINDINGS` that a package belongs to, in whichever major version; None where it is none of them."""
    path = package.rpartition("/vendor/")[2]
    return next((each for each in BINDINGS if f"{path}/".startswith((f"{each}/", f"{each}."))), None)
