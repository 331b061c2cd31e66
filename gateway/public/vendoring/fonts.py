# /// script
# requires-python = ">=3.12"
# dependencies = ["fonttools>=4.60", "brotli>=1.1"]
# ///
# mypy: ignore-errors
"""Draws the two fonts of the citizen pages from the published package, each as WOFF2 for browsers and as
TrueType for printed sheets (Typst reads no WOFF2). Run once per font release:

    npm pack @expo-google-fonts/be-vietnam-pro && tar xzf expo-google-fonts-be-vietnam-pro-*.tgz
    uv run gateway/public/vendoring/fonts.py package/

One file a weight, plain and marked letters together: split by alphabet, the shaper breaks a word at every
mark and loses its kerning ("Tờ", "Vă"). The family has no tabular figures, so a ``tnum`` feature is added
here: the same digits on one common width. The licence (OFL, no reserved name) allows both.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.otlLib.builder import buildLookup, buildSingleSubstSubtable
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

WEIGHTS = {"400Regular": "be-vietnam-pro-400.woff2", "600SemiBold": "be-vietnam-pro-600.woff2"}
VENDOR = Path(__file__).parents[1] / "static" / "vendor"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SIDE = 18  # font units beside the widest digit; more would make holes around every 1

PLAIN = [*range(0x20, 0x7F), 0xA0]
VIETNAMESE = [
    *range(0x1EA0, 0x1EFA),
    *map(ord, "ĂăÂâĐđÊêÔôƠơƯưÀÁÃÈÉÌÍÒÓÕÙÚÝàáãèéìíòóõùúýĨĩŨũ"),
    *(0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323),  # marks typed apart from their letter
]
OTHERS = [*map(ord, "ÄËÏÖÜäëïöüßÇçÑñØøÅåÆæ"), *map(ord, "–—‘’“”…•·₫°×«»§²³½±©→←↑↓−≥≤")]


def add_tabular_figures(font: TTFont) -> None:
    """Adds ``tnum``: each digit again, its drawing centred on one common width."""
    glyphs, widths = font["glyf"], font["hmtx"]
    width = max(glyphs[digit].xMax - glyphs[digit].xMin for digit in DIGITS) + 2 * SIDE
    for digit in DIGITS:
        drawn = glyphs[digit]
        component = GlyphComponent()
        component.glyphName = digit
        component.x, component.y = (width - drawn.xMin - drawn.xMax) // 2, 0
        component.flags = 0x0002 | 0x0004  # offsets in font units, rounded to the pixel grid
        twin = Glyph()
        twin.numberOfContours = -1
        twin.components = [component]
        glyphs[f"{digit}.tnum"] = twin
        widths[f"{digit}.tnum"] = (width, 0)
        twin.recalcBounds(glyphs)
        widths[f"{digit}.tnum"] = (width, twin.xMin)
    font.setGlyphOrder(glyphs.glyphOrder)
    table = font["GSUB"].table
    lookup = buildLookup([buildSingleSubstSubtable({digit: f"{digit}.tnum" for digit in DIGITS})])
    table.LookupList.Lookup.append(lookup)
    feature = otTables.FeatureRecord()
    feature.FeatureTag, feature.Feature = "tnum", otTables.Feature()
    feature.Feature.FeatureParams, feature.Feature.LookupListIndex = None, [len(table.LookupList.Lookup) - 1]
    table.FeatureList.FeatureRecord.append(feature)
    for script in table.ScriptList.ScriptRecord:
        languages = [script.Script.DefaultLangSys, *(each.LangSys for each in script.Script.LangSysRecord)]
        for language in filter(None, languages):
            language.FeatureIndex.append(len(table.FeatureList.FeatureRecord) - 1)


def without_hints(font: TTFont) -> None:
    """Half of the file is hinting for screens of low resolution; at 18 px smoothing does without it."""
    options = subset.Options(hinting=False, layout_features=["*"], notdef_outline=True, glyph_names=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)


def subset_font(source: Path, target: Path) -> int:
    """Writes the subset; returns its size in bytes."""
    options = subset.Options()
    options.layout_features = ["ccmp", "locl", "liga", "kern", "mark", "mkmk"]
    font = TTFont(source, recalcTimestamp=False)  # the same bytes from the same source
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*PLAIN, *VIETNAMESE, *OTHERS])
    subsetter.subset(font)
    add_tabular_figures(font)
    font.save(target.with_suffix(".ttf"), reorderTables=False)
    without_hints(font)
    font.flavor = "woff2"
    font.save(target, reorderTables=False)
    return target.stat().st_size


def main(package: Path) -> None:
    for weight, name in WEIGHTS.items():
        (source,) = package.glob(f"{weight}/BeVietnamPro_*.ttf")
        print(name, subset_font(source, VENDOR / name), "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
