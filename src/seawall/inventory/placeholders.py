"""Values that exist only after templating: `${VAR}`, `{{ .Values.x }}`, `<your-registry>`, `CHANGE_ME`.

`$(VAR)` is Kubernetes' own expansion and no placeholder.
"""

from __future__ import annotations

import re

# Each look-behind repeats the opening character, so that every branch starts with a literal and the search can skip
# from candidate to candidate. No branch reads past the next place where it could start: a text of openings alone would
# else be read to its end from each of them.
_PLACEHOLDER = re.compile(
    r"""
      \$\{[^{}\n]*\}                                   # ${VAR}, ${VAR:-default}: shells, envsubst, Flux, Terraform
    | \$\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*+\}\}          # ${{ expression }}: GitHub workflows
    | \$(?<![\w$]\$)[A-Z_][A-Z0-9_]*\b                 # $VAR: envsubst; `$$VAR` is an escape, `$1` a regex's group
    | \{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*+\}\}            # {{ .Values.x }}: Helm, Jinja, mustache
    | \{%(?:[^{%]|\{(?!%)|%(?!\}))*+%\}                # {% if %}: Jinja
    | \[\[[ ]*[.$A-Za-z_][^\[\]\n]*[ ]\]\]             # [[ .x ]]: Nomad, Helm with other delimiters; not [[:alpha:]]
    | <(?<![\w<]<)[A-Za-z][\w .:/-]*[\w.]>(?![\w>])    # <your-registry>, around a whole word
    | %(?<![\w%]%)[A-Z][A-Z0-9_]+%(?![\w%])            # %VAR%
    | @@[A-Za-z][\w.-]*@@                              # @@VAR@@
    | _(?<!\w_)_[A-Z][A-Z0-9_]*?__(?!\w)               # __VAR__; Prometheus' own labels are lower case
    | \#\{[^{}\n]+\}\#?                                # #{VAR}#, #{VAR}: Azure DevOps, Octopus
    | \(\([A-Za-z][\w./:-]*\)\)                        # ((var)): Concourse
    """,
    re.VERBOSE,
)

_WHOLE = re.compile(
    r"(?i:(?:change|replace)[-_ ]?(?:me|this))|TODO|FIXME|TBD|(?:REPLACE_WITH|INSERT|YOUR)_[A-Z0-9_]+|X{3,}",
)


def placeholders(text: str) -> tuple[tuple[int, int], ...]:
    """Where each placeholder of `text` starts and ends (exclusive); a word such as `CHANGEME` counts when it is all."""
    if _WHOLE.fullmatch(text):
        return ((0, len(text)),)
    return tuple(match.span() for match in _PLACEHOLDER.finditer(text))


def has_placeholder(text: str) -> bool:
    """Whether `text` holds a placeholder, so that its value is decided elsewhere."""
    return _PLACEHOLDER.search(text) is not None or _WHOLE.fullmatch(text) is not None
