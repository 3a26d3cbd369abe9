"""The style of the HTML report: light and dark, on paper too, names of any length, shades that rise in darkness."""

_HITS = (14, 107, 82)
_MISSES = (181, 57, 29)
_STEPS = 10


def _shades(kind: str, colour: tuple[int, int, int]) -> str:
    """The colours of cells from nothing to the whole row; white letters where they can be read better."""
    red, green, blue = colour
    lines = []
    for step in range(1, _STEPS + 1):
        letters = "color:#fff;" if step > 5 else ""
        lines.append(f".{kind}{step}{{background:rgba({red},{green},{blue},{step / _STEPS:.2g});{letters}}}")
    return "".join(lines)


STYLE = (
    ":root{color-scheme:light dark;--ink:#1f2933;--quiet:#5b6770;--paper:#fafbfb;--line:#d5dadd;"
    "--train:#2456c5;--validation:#a35a00}"
    "@media (prefers-color-scheme:dark){:root{--ink:#d8dee9;--quiet:#93a0ab;--paper:#0f1419;--line:#2c3640;"
    "--train:#7aa2f7;--validation:#e0af68}}"
    "body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:2rem auto;"
    "padding:0 1rem}"
    "h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}"
    "h1,bdi,.words td,figcaption,p{overflow-wrap:anywhere}td bdi,th bdi{display:inline-block;max-width:22rem}"
    "p,footer,figcaption,dt{color:var(--quiet)}footer{margin:3rem 0 1rem;font-size:.85rem}"
    "dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1rem 0}dd{margin:0;font-size:1.3rem;"
    "font-variant-numeric:tabular-nums}dt{font-size:.8rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}"
    "th,td{padding:.2rem .5rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:bottom;"
    "white-space:nowrap}bdi,.words td{white-space:normal}.words td:nth-child(2),.words td:nth-child(3){text-align:left}"
    ".words th:nth-child(2),.words th:nth-child(3){text-align:left}"
    ".matrix th bdi{max-width:7rem}.words td{max-width:28rem}"
    "th:first-child,td:first-child{text-align:left}thead th{color:var(--quiet);font-weight:600}"
    ".matrix td,.matrix th{border:1px solid var(--line);min-width:2.2rem}"
    ".matrix td[class^=hit]{outline:1px solid currentcolor;outline-offset:-2px;font-weight:600}"
    f"{_shades('hit', _HITS)}{_shades('miss', _MISSES)}"
    ".figures,.mistakes{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}.figures figure{width:28rem;"
    "max-width:100%}"
    ".mistakes figure{width:8.5rem}.mistakes img{width:84px;height:84px;object-fit:contain;image-rendering:pixelated;"
    "background:#000}figcaption{font-size:.78rem}"
    "svg{width:100%;height:auto}polyline{fill:none;stroke-width:2}.train{stroke:var(--train)}"
    "polyline.validation{stroke-dasharray:5 3}.validation{stroke:var(--validation)}circle{fill:var(--paper);"
    "stroke-width:1.5}.grid{stroke:var(--line)}.tick{fill:var(--quiet);font-size:11px}"
    "@media print{body{max-width:none}section{break-inside:avoid}}"
)
