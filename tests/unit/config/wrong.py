"""Configurations that are wrong, each with all that is said of it."""

from __future__ import annotations

_OF_A_CHECK = (
    "known here: name, programs, images, platforms, copy, at, env, user, workdir, arg0, loaded-by, host, against, "
    "policy, max-glibc, max-musl, require, allow-needed, deny-needed, no-rpath, isa, min-kernel"
)
IGNORE = '[[ignore]]\ncode = "LC307"\nreason = "no TLS"\n'
CHECK = '[[check]]\nname = "a"\nprograms = ["x"]\nimages = ["y"]\n'

WRONG = {
    # what is wrong: the file, the line, what is said, the hint
    "a key with a letter too few": ('imges = ["a"]\n', 1, "unknown key imges", "did you mean images?"),
    "a key of one word instead of several": ('\nimage = ["a"]\n', 2, "unknown key image", "did you mean images?"),
    "an underscore": ('fail_on = "error"\n', 1, "unknown key fail_on", "did you mean fail-on?"),
    "a key like no other": (
        "[[ignore]]\nzzz = 1\n",
        2,
        "unknown key zzz",
        "known here: code, subject, image, program, reason, expires",
    ),
    "a key in the wrong table": (
        CHECK + 'reason = "x"\n',
        5,
        "unknown key reason",
        _OF_A_CHECK,
    ),
    "a key of all checks in one of them": (
        CHECK + 'fail-on = "error"\n',
        5,
        "unknown key fail-on",
        _OF_A_CHECK,
    ),
    "a dotted key": ("a.b = 1\n", 1, "unknown key a", "did you mean at?"),
    "a key that does not show": ('"\\u001b[31m" = 1\n', 1, "unknown key '\\x1b[31m'", None),
    "the table of the other file": (
        '[tool.libccheck]\nimages = ["a"]\n',
        1,
        "unknown key tool",
        "here the keys stand at the top, without [tool.libccheck]",
    ),
    "text for a list": (
        '# x\nprograms = "app"\n',
        2,
        "programs is text, and a list is wanted",
        'write programs = ["app"]',
    ),
    "a number for text": ("max-glibc = 2.28\n", 1, "max-glibc is a number, and text is wanted", 'write "2.28"'),
    "a number in a list": (
        'images = [\n  "a",\n  7,\n]\n',
        1,
        "images[1] is a number, and text is wanted",
        'write "7"',
    ),
    "a list in a list": ('images = [["a"]]\n', 1, "images[0] is a list, and text is wanted", ""),
    "text for true or false": ('strict = "yes"\n', 1, "strict is text, and true or false is wanted", ""),
    "true or false for text": ("user = true\n", 1, "user is true or false, and text is wanted", ""),
    "a date for text": ("user = 2027-01-01\n", 1, "user is a date or a time, and text is wanted", ""),
    "a list for a table": ('env = ["A=b"]\n', 1, "env is a list, and a table is wanted", ""),
    "a number in a table": ("[env]\nPORT = 80\n", 2, "env.PORT is a number, and text is wanted", 'write "80"'),
    "a variable that none can be": ('[env]\n"A=B" = "c"\n', 2, "env has a name that no variable can have", ""),
    "one table for several": (
        '[check]\nname = "a"\n',
        1,
        "check is a table, and tables are wanted",
        "write [[check]]",
    ),
    "text for tables": ('ignore = ["LC307"]\n', 1, "ignore is a list, and tables are wanted", "write [[ignore]]"),
    "an empty list": ("images = []\n", 1, "images is an empty list", "leave it out, or name something"),
    "an empty text": ('user = ""\n', 1, "user is empty", "leave it out, or say something"),
    "a blank text in a list": (
        'programs = ["a", " "]\n',
        1,
        "programs[1] is empty",
        "leave it out, or say something",
    ),
    "a line break": (
        'at = "/a\\nb"\n',
        1,
        "at holds a line break or another character that does not show",
        "",
    ),
    "a very long text": (f'at = "{"a" * 5000}"\n', 1, "at has more than 4096 characters", ""),
    "a severity that is none": (
        'fail-on = "errors"\n',
        1,
        "fail-on is error, warning, info, regression or never, not errors",
        "did you mean error?",
    ),
    "a demand that is none": ('require = "dynamic"\n', 1, "require is static, not dynamic", ""),
    "a copy without a place": (
        'copy = ["lib"]\n',
        1,
        "copy[0] lib is not SRC:DEST",
        'as in copy = ["lib:/opt/lib"]',
    ),
    "a check without a name": (
        '\n[[check]]\nprograms = ["x"]\n',
        2,
        "this check has no name",
        'add name = "server"',
    ),
    "two checks of one name": (CHECK + CHECK, 6, "two checks are called a", "give each a name of its own"),
    "a check without programs": (
        '[[check]]\nname = "a"\nimages = ["y"]\n',
        1,
        "the check a has no programs",
        'add programs = ["dist/*"]',
    ),
    "a check of nothing": (
        CHECK + '\n\n# the other one\n[[check]]\nname = "b"\nprograms = ["x"]\n',
        8,
        "the check b has no images and asks for nothing else",
        'add images = ["alpine:3.20"], or a demand as max-glibc = "2.28"',
    ),
    "a Dockerfile without a file": (
        '[[dockerfile]]\ntarget = "x"\n',
        1,
        "this dockerfile has no file",
        'add file = "Dockerfile"',
    ),
    "an argument of a build that is no text": (
        '[[dockerfile]]\nfile = "Dockerfile"\nbuild-args = { A = 1 }\n',
        3,
        "build-args.A is a number, and text is wanted",
        'write "1"',
    ),
    "an ignore without a reason": (
        IGNORE + '[[ignore]]\ncode = "LC308"\n',
        4,
        "this ignore has no reason",
        'add reason = "no TLS in this one"',
    ),
    "an ignore with an empty reason": (
        '[[ignore]]\ncode = "LC308"\nreason = "  "\n',
        3,
        "reason is empty",
        "leave it out, or say something",
    ),
    "an ignore without a code": ('[[ignore]]\nreason = "x"\n', 1, "this ignore has no code", 'add code = "LC307"'),
    "a code that is none": (
        '[[ignore]]\ncode = "LC3077"\nreason = "x"\n',
        2,
        "there is no code LC3077",
        "did you mean LC307?",
    ),
    "a code in small letters": (
        '[[ignore]]\ncode = "lc307"\nreason = "x"\n',
        2,
        "there is no code lc307",
        "did you mean LC307?",
    ),
    "a name for a code": (
        '[[ignore]]\ncode = "certificates-missing"\nreason = "x"\n',
        2,
        "there is no code certificates-missing",
        "did you mean LC307?",
    ),
    "all codes at once": (
        '[[ignore]]\ncode = "*"\nreason = "x"\n',
        2,
        "there is no code *",
        "libccheck explain tells them all",
    ),
    "a day that is none": (
        IGNORE + 'expires = "2027-02-30"\n',
        4,
        "expires '2027-02-30' is no day",
        "as in expires = 2027-01-31",
    ),
    "a month without a day": (
        IGNORE + 'expires = "2027-02"\n',
        4,
        "expires '2027-02' is no day",
        "as in expires = 2027-01-31",
    ),
    "a time of day": (
        IGNORE + "expires = 2027-01-31T12:00:00\n",
        4,
        "expires is a date or a time, and a day is wanted",
        "as in expires = 2027-01-31",
    ),
    "a year for a day": (
        IGNORE + "expires = 2027\n",
        4,
        "expires is a number, and a day is wanted",
        "as in expires = 2027-01-31",
    ),
    "a date that TOML does not know": (IGNORE + "expires = 2027-02-30\n", 4, "invalid date or datetime, column 11", ""),
    "no value": ("images =\n", 1, "invalid value, column 9", ""),
    "a key twice": ('user = "a"\nuser = "b"\n', 2, "cannot overwrite a value, column 11", ""),
    "a table twice": ('[env]\nA = "a"\n[env]\n', 3, "cannot declare ('env',) twice, column 5", ""),
    "YAML": ("images: [a]\n", 1, "expected '=' after a key in a key/value pair, column 7", ""),
    "a list without an end": ('images = [\n  "a",\n', 2, "invalid value, at the end of the file", ""),
}
