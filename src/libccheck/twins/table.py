"""The rows of the table, a paragraph each; written by `tools/twins.py`, the newest state is of 2026-11."""

from __future__ import annotations

TEXT = """
npm @biomejs/cli-linux-* @biomejs/cli-linux-*-musl for x64 arm64 seen 1.5.0 2.3.7 2.6.8 since 1.5.0 2.6.3 2.6.4
  2.6.5 glibc libc:2.30 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 musl

PyPI ruff for x64 arm64 seen 0.0.20 0.0.245 0.17.6 since 0.0.20 glibc manylinux2014 libc:2.17 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl musllinux_1_2

PyPI ninja for x64 arm64 seen 1.10.2.1 1.11.1.1 1.13.2 since 1.10.2.1 glibc manylinux2014 libc:2.17
  libgcc_s.so.1:GCC_4.2.0 libm.so.6 libstdc++.so.6:CXXABI_1.3,GLIBCXX_3.4.19 musl musllinux_1_1 musllinux_1_2
  libc:1.1.24

npm sass-embedded-linux-* sass-embedded-linux-musl-* for x64 arm64 seen 1.70.0 1.86.1 1.105.0 since 1.70.0 1.77.1
  1.105.1 1.105.2 1.106.1 1.107.0 1.107.1 1.108.2 glibc libc:2.18 libdl.so.2 libm.so.6 libpthread.so.0 musl
  libc:1.2.3

npm @img/sharp-libvips-linux-* @img/sharp-libvips-linuxmusl-* for x64 arm64 seen 0.0.1 1.2.2 1.3.4 since 0.0.1 0.0.2
  1.0.6 glibc libc:2.28 libdl.so.2 libgcc_s.so.1:GCC_4.8.0 libm.so.6 libpthread.so.0 libresolv.so.2
  libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.22 musl libc:1.2.5 libgcc_s.so.1:GCC_4.2.0
  libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.26

npm lightningcss-linux-*-gnu lightningcss-linux-*-musl for x64 arm64 seen 1.14.0 1.22.1 1.33.0 since 1.14.0 glibc
  libc:2.29 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.20
  libgcc_s.so.1:GCC_4.2.0

npm @unrs/resolver-binding-linux-*-gnu @unrs/resolver-binding-linux-*-musl for x64 arm64 seen 1.3.1 1.7.9 1.13.0
  since 1.3.1 glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl libc:1.1.7

npm @tailwindcss/oxide-linux-*-gnu @tailwindcss/oxide-linux-*-musl for x64 arm64 seen 4.0.0 4.1.6 4.3.5 since 4.0.0
  glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl libc:1.1.16
  libgcc_s.so.1:GCC_4.2.0

npm @next/swc-linux-*-gnu @next/swc-linux-*-musl for x64 arm64 seen 12.1.1 14.2.30 16.4.6 since 12.1.1 glibc
  libc:2.29 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.2.3
  libgcc_s.so.1:GCC_4.2.0

npm @swc/core-linux-*-gnu @swc/core-linux-*-musl for x64 arm64 seen 0.3.17 1.3.64 1.16.22 since 0.3.17 1.2.43 1.2.45
  1.2.46 1.2.47 1.2.48 1.2.49 1.2.50 1.2.51 1.2.53 1.2.57 1.2.58 1.2.59 1.2.142 1.2.228 1.2.230 1.16.21 glibc
  libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16
  libgcc_s.so.1:GCC_4.2.0

npm @parcel/watcher-linux-*-glibc @parcel/watcher-linux-*-musl for x64 arm64 seen 2.2.0 2.5.0 2.6.0 since 2.2.0
  glibc libc:2.17 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 libstdc++.so.6:CXXABI_1.3.9,GLIBCXX_3.4.22 musl
  libc:1.1.7 libgcc_s.so.1:GCC_3.0 libstdc++.so.6:CXXABI_1.3.9,GLIBCXX_3.4.29

npm @img/sharp-linux-* @img/sharp-linuxmusl-* for x64 arm64 seen 0.33.0 0.34.3 0.35.5 since 0.33.0 glibc libc:2.28
  libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 libresolv.so.2
  libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.22 musl libc:1.2.5 libgcc_s.so.1:GCC_4.2.0
  libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.26

npm @nx/nx-linux-*-gnu @nx/nx-linux-*-musl for x64 arm64 seen 0.0.0 19.8.12 24.0.6 since 0.0.0 19.5.8 19.5.10 21.2.4
  23.0.1 23.3.0 24.0.0 24.0.2 glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0
  librt.so.1 libutil.so.1 musl libc:1.1.24 libgcc_s.so.1:GCC_4.2.0

npm @napi-rs/canvas-linux-*-gnu @napi-rs/canvas-linux-*-musl for x64 arm64 seen 0.1.5 0.1.78 1.1.1 since 0.1.5 0.1.7
  0.1.12 0.1.24 1.2.0 glibc libc:2.27 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl
  libc:1.1.20 libgcc_s.so.1:GCC_4.2.0

npm @oxc-resolver/binding-linux-*-gnu @oxc-resolver/binding-linux-*-musl for x64 arm64 seen 0.3.0 11.8.3 11.24.2
  since 0.3.0 1.10.1 9.0.1 glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1
  musl libc:1.1.7

npm @oxc-parser/binding-linux-*-gnu @oxc-parser/binding-linux-*-musl for x64 arm64 seen 0.8.0 0.115.0 0.159.0 since
  0.8.0 0.9.0 0.13.5 0.20.0 0.23.0 0.25.0 0.26.0 0.28.0 0.37.0 0.40.0 0.48.0 0.50.0 0.84.0 0.88.0 0.109.0 0.114.0
  glibc libc:2.18 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16

npm @rolldown/binding-linux-*-gnu @rolldown/binding-linux-*-musl for x64 arm64 seen 0.13.2 1.2.5 1.3.3 since 0.13.2
  1.3.4 glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.20

npm @rspack/binding-linux-*-gnu @rspack/binding-linux-*-musl for x64 arm64 seen 0.1.0 1.3.15 2.3.3 since 0.1.0 0.2.1
  0.2.3 0.2.4 0.3.4 0.3.12 0.3.13 0.7.2 1.0.10 1.0.11 1.3.13 1.4.8 2.0.3 2.0.7 2.1.2 2.3.0 glibc libc:2.17
  libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.24 libgcc_s.so.1:GCC_4.2.0

npm @dprint/linux-*-glibc @dprint/linux-*-musl for x64 arm64 seen 0.45.0 0.47.4 0.54.0 since 0.45.0 glibc libc:2.39
  libdl.so.2 libgcc_s.so.1:GCC_4.2.0 liblzma.so.5:XZ_5.0 libm.so.6 libpthread.so.0 musl

npm @node-rs/argon2-linux-*-gnu @node-rs/argon2-linux-*-musl for x64 arm64 seen 1.7.0 2.0.2 2.2.1 since 1.7.0 glibc
  libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl libc:1.1.20

npm @node-rs/bcrypt-linux-*-gnu @node-rs/bcrypt-linux-*-musl for x64 arm64 seen 1.4.1 1.9.0 1.10.8 since 1.4.1 1.5.5
  1.6.1 1.7.0 1.7.1 2.0.0 glibc libc:2.18 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl
  libc:1.1.20 libgcc_s.so.1:GCC_4.2.0

npm @resvg/resvg-js-linux-*-gnu @resvg/resvg-js-linux-*-musl for x64 arm64 seen 1.3.0 2.3.1 2.6.2 since 1.3.0 glibc
  libc:2.29 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16
  libgcc_s.so.1:GCC_4.2.0

npm @libsql/linux-*-gnu @libsql/linux-*-musl for x64 arm64 seen 0.1.34 0.5.3 0.5.29 since 0.1.34 glibc libc:2.18
  libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16 libgcc_s.so.1:GCC_4.2.0

npm @ast-grep/napi-linux-*-gnu @ast-grep/napi-linux-*-musl for x64 arm64 seen 0.25.7 0.40.2 0.51.2 since 0.25.7
  0.26.1 0.26.2 0.26.3 0.27.1 0.27.2 0.28.1 0.31.0 0.39.5 0.40.1 0.40.3 0.41.1 0.51.3 glibc libc:2.17 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16 libgcc_s.so.1:GCC_4.2.0

npm @oven/bun-linux-* @oven/bun-linux-*-musl for x64 seen 1.1.39 1.2.19 1.4.5 since 1.1.39 glibc libc:2.25
  libdl.so.2 libm.so.6 libpthread.so.0 musl libc:1.2.2 libgcc_s.so.1:GCC_4.2.0 libstdc++.so.6

npm @rollup/rollup-linux-*-gnu @rollup/rollup-linux-*-musl for x64 arm64 seen 4.0.2 4.40.0 4.68.8 since 4.0.2 4.55.0
  4.67.3 glibc libc:2.17 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl libc:1.1.16
  libgcc_s.so.1:GCC_4.2.0

PyPI pydantic-core for x64 arm64 seen 2.1.2 2.25.0 2.50.5 since 2.1.2 2.13.0 2.14.0 2.37.0 2.41.2 glibc
  manylinux2014 libc:2.18 libdl.so.2 libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 musl musllinux_1_1
  libc:1.1.20

PyPI uv for x64 arm64 seen 0.0.5 0.6.12 0.13.9 since 0.0.5 glibc manylinux2014 manylinux_2_28 libc:2.28 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libm.so.6 libpthread.so.0 librt.so.1 libz.so.1 musl musllinux_1_1 musllinux_1_2

PyPI numpy for x64 seen 1.26.0 2.2.6 2.5.5 since 1.26.0 glibc manylinux2014 manylinux_2_27 libc:2.27
  libgcc_s.so.1:GCC_4.8.0 libm.so.6 libpthread.so.0 libstdc++.so.6:CXXABI_1.3.9,GLIBCXX_3.4.21 libz.so.1 musl
  musllinux_1_1 musllinux_1_2 libc:1.2.4

PyPI pandas for x64 seen 2.1.1 2.3.2 3.1.1 since 2.1.1 glibc manylinux2014 manylinux_2_24 libc:2.14
  libgcc_s.so.1:GCC_3.0 libm.so.6 libstdc++.so.6:CXXABI_1.3.9,GLIBCXX_3.4.21 musl musllinux_1_1 musllinux_1_2
  libc:1.2.4

PyPI scipy for x64 seen 1.11.2 1.15.2 1.18.1 since 1.11.2 glibc manylinux2014 manylinux_2_27 libc:2.27
  libgcc_s.so.1:GCC_4.8.0 libm.so.6 libpthread.so.0 libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.22 libz.so.1 musl
  musllinux_1_1 musllinux_1_2 libc:1.2.4

PyPI cryptography for x64 arm64 seen 3.4.8 42.0.5 50.0.2 since 3.4.8 glibc manylinux2014 libc:2.17 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl musllinux_1_1 musllinux_1_2 libc:1.2.4

PyPI psycopg2-binary for x64 arm64 seen 2.9.9 2.9.11 2.9.13 since 2.9.9 glibc manylinux2014 manylinux_2_27 libc:2.27
  libdl.so.2 libm.so.6 libpthread.so.0 libresolv.so.2 libz.so.1 musl musllinux_1_1 musllinux_1_2 libc:1.2.4

PyPI grpcio for x64 seen 1.59.0 1.70.0 1.85.3 since 1.59.0 glibc manylinux2014 libc:2.17 libm.so.6 libpthread.so.0
  librt.so.1 libstdc++.so.6:CXXABI_1.3.7,GLIBCXX_3.4.19 musl musllinux_1_1 musllinux_1_2 libc:1.1.24

PyPI lxml for x64 arm64 seen 4.9.3 5.3.1 6.1.3 since 4.9.3 glibc manylinux2014 manylinux_2_28 libc:2.28 libm.so.6
  libpthread.so.0 librt.so.1 musl musllinux_1_1 musllinux_1_2 libc:1.1.7

PyPI pillow for x64 arm64 seen 10.0.0 11.2.1 13.0.0 since 10.0.0 glibc manylinux2014 manylinux_2_27 libc:2.27
  libdl.so.2 libgcc_s.so.1 libm.so.6 libpthread.so.0 libstdc++.so.6 libz.so.1:ZLIB_1.2.3.4 musl musllinux_1_1
  musllinux_1_2 libc:1.2.4 libz.so.1:ZLIB_1.2.9

PyPI cffi for x64 seen 1.16.0 2.0.0 2.1.1 since 1.16.0 glibc manylinux2014 libc:2.14 libpthread.so.0 musl
  musllinux_1_1 musllinux_1_2 libc:1.1.20

PyPI markupsafe for x64 arm64 seen 2.1.3 3.0.1 3.0.4 since 2.1.3 glibc manylinux2014 libc:2.17 libpthread.so.0 musl
  musllinux_1_1 musllinux_1_2 libc:1.1.7

PyPI pyyaml for x64 seen 6.0.1 6.0.3 6.0.4 since 6.0.1 glibc manylinux2014 libc:2.14 libpthread.so.0 musl
  musllinux_1_1 musllinux_1_2 libc:1.1.0

PyPI orjson for x64 seen 3.9.3 3.10.9 3.13.0 since 3.9.3 glibc manylinux2014 libc:2.17 libpthread.so.0 musl
  musllinux_1_1 musllinux_1_2 libc:1.1.0

PyPI bcrypt for x64 seen 3.2.0 4.1.2 5.0.0 since 3.2.0 glibc manylinux2014 libc:2.14 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl musllinux_1_1 libc:1.1.20

PyPI rpds-py for x64 arm64 seen 0.8.8 0.17.1 2026.9.1 since 0.8.8 glibc manylinux2014 libc:2.17 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl musllinux_1_2 libc:1.1.7

PyPI clang-format for x64 seen 15.0.4 19.1.5 23.1.5 since 15.0.4 glibc manylinux2014 manylinux_2_27 libc:2.16
  libdl.so.2 libgcc_s.so.1:GCC_3.4 libm.so.6 libpthread.so.0 librt.so.1 libstdc++.so.6:CXXABI_1.3.11,GLIBCXX_3.4.21
  libz.so.1 musl musllinux_1_1 musllinux_1_2 libc:1.2.4

PyPI psutil for x64 arm64 seen 7.2.0 7.2.1 7.2.2 since 7.2.0 glibc manylinux2014 libc:2.17 libpthread.so.0 musl
  musllinux_1_2 libc:1.1.7

PyPI msgpack for x64 arm64 seen 1.0.6 1.1.2 1.2.4 since 1.0.6 glibc manylinux2014 libc:2.17 libgcc_s.so.1 libm.so.6
  libpthread.so.0 libstdc++.so.6 musl musllinux_1_1 musllinux_1_2 libc:1.1.7

PyPI regex for x64 arm64 seen 2023.10.3 2026.1.14 2026.11.19 since 2023.10.3 glibc manylinux2014 libc:2.17
  libpthread.so.0 musl musllinux_1_1 musllinux_1_2 libc:1.1.7

PyPI greenlet for x64 arm64 seen 3.0.0 3.2.5 3.5.6 since 3.0.0 glibc manylinux2014 manylinux_2_24 libc:2.17
  libgcc_s.so.1:GCC_3.0 libm.so.6 libpthread.so.0 libstdc++.so.6:CXXABI_1.3.9,GLIBCXX_3.4.21 musl musllinux_1_1
  musllinux_1_2 libc:1.2.4

PyPI uvloop for x64 arm64 seen 0.18.0 0.21.0 0.23.0 since 0.18.0 glibc manylinux2014 libc:2.17 libpthread.so.0
  librt.so.1 musl musllinux_1_1 musllinux_1_2 libc:1.2.3

PyPI watchfiles for x64 arm64 seen 0.15.0 0.24.0 1.3.0 since 0.15.0 glibc manylinux2014 libc:2.17 libdl.so.2
  libgcc_s.so.1:GCC_4.2.0 libpthread.so.0 librt.so.1 musl musllinux_1_1 libc:1.1.16
"""
