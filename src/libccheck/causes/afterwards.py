"""Words of programs that started and then missed what small images lack."""

from __future__ import annotations

from libccheck.causes.saying import Saying

NO_AUTHORITIES = "no-ca-bundle"
NO_ZONES = "no-time-zones"
NO_USER = "user-unknown"
NO_TEMPORARY = "no-temporary-directory"
STATIC_LOOKUP = "static-glibc-lookups"

MISSED = {
    NO_AUTHORITIES: "the image has no bundle of certificate authorities, so that no certificate can be trusted",
    NO_ZONES: "the image has no time zones (/usr/share/zoneinfo), and the program does not carry its own",
    NO_USER: "the image's /etc/passwd does not know the user who runs the program, or is not there at all",
    NO_TEMPORARY: "the image has no /tmp",
    STATIC_LOOKUP: "a static program of glibc loads parts of it at run time (NSS, iconv), if the image has them",
}
"""By name: how to recognize it."""

SAID = (
    Saying(
        r"x509: (?:certificate signed by unknown authority|failed to load system roots)"
        r"|unable to get (?:local )?issuer certificate|certificate_verify_failed|curl: \((?:60|77)\)"
        r"|pkix path building failed|self[- ]signed certificate in certificate chain|unable_to_verify_leaf_signature",
        (NO_AUTHORITIES,),
    ),
    Saying(
        r"unknown time zone (?P<subject>\S+)|no time ?zone found with key|zoneinfo\.zip: no such file"
        r"|zoneinfonotfounderror|timezonenotfoundexception|cannot load time ?zone",
        (NO_ZONES,),
    ),
    Saying(
        r"no matching entries in (?:passwd|group) file|unable to find user (?P<subject>[^\s:]+)"
        r"|user: unknown user(?:id)? |no user exists for uid|getpwuid\(\)?:? ?(?:\w+ )?uid not found"
        r"|cannot find name for user id|i have no name!",
        (NO_USER,),
    ),
    Saying(
        r"(?:open|mkdir|create|stat|write)(?:dir)? [`'\"]?/(?:var/)?tmp(?:/[^\s:'\"]*)?['\"]?: no such file"
        r"|no usable temporary directory|directory[:=,]? [`'\"]/tmp/[^'\"]*['\"]$"
        r"|(?:mktemp|mkstemp|mkdtemp)\S*: .*no such file",
        (NO_TEMPORARY,),
    ),
    Saying(
        r"using '(?P<subject>\w+)' in statically linked applications",
        (STATIC_LOOKUP,),
    ),
)
