"""Chinese names of provinces and countries as platforms show them beside a post."""

from __future__ import annotations

from reference_china import GB_PROVINCES, ChinaCodes

SHORT = {
    "15": "内蒙古",
    "45": "广西",
    "54": "西藏",
    "64": "宁夏",
    "65": "新疆",
}
"""Autonomous regions lose the name of their people; other provinces only lose 省 or 市."""
GREATER_CHINA = {
    "HK": ("香港", "中国香港", "香港特别行政区", "中国香港特别行政区", "香港特區"),
    "MO": ("澳门", "中国澳门", "澳门特别行政区", "中国澳门特别行政区", "澳門"),
    "TW": ("台湾", "中国台湾", "台湾省", "中国台湾省", "臺灣"),
}
"""Platforms write these with and without 中国; ISO 3166-1 gives each its own code."""
VARIANTS = {
    "RU": ("俄罗斯", "俄国"),
    "US": ("美国", "美利坚合众国"),
    "GB": ("英国", "大不列颠"),
    "KR": ("韩国", "南韩", "大韩民国"),
    "KP": ("朝鲜", "北朝鲜"),
    "AE": ("阿联酋", "阿拉伯联合酋长国"),
    "BD": ("孟加拉国", "孟加拉"),
    "BA": ("波黑", "波斯尼亚和黑塞哥维那"),
    "CD": ("刚果（金）", "刚果(金)", "刚果民主共和国"),
    "CG": ("刚果（布）", "刚果(布)", "刚果共和国"),
    "CF": ("中非", "中非共和国"),
    "CI": ("科特迪瓦", "象牙海岸"),
    "CZ": ("捷克", "捷克共和国"),
    "DO": ("多米尼加", "多米尼加共和国"),
    "DM": ("多米尼克",),
    "FM": ("密克罗尼西亚", "密克罗尼西亚联邦"),
    "GW": ("几内亚比绍",),
    "MK": ("北马其顿", "马其顿"),
    "MM": ("缅甸",),
    "LA": ("老挝",),
    "NZ": ("新西兰",),
    "SA": ("沙特阿拉伯", "沙特"),
    "SZ": ("斯威士兰", "埃斯瓦蒂尼"),
    "TR": ("土耳其",),
    "VA": ("梵蒂冈",),
    "XK": ("科索沃",),
    "SS": ("南苏丹",),
    "PS": ("巴勒斯坦",),
    "CN": ("中国", "中国大陆", "中华人民共和国"),
}
"""Common names beside the listed ones. 刚果 alone stands for two countries and is left out."""


def chinese_labels(china: ChinaCodes, countries: dict[str, str], known: set[str]) -> dict[str, str]:
    """Label -> area code, each label naming one area only.

    Args:
        china: GB/T 2260 names.
        countries: ISO 3166-1 alpha-2 -> listed Chinese name.
        known: codes that exist in the table of areas.
    """
    rows: dict[str, set[str]] = {}

    def add(label: str, code: str) -> None:
        if label and code in known:
            rows.setdefault(label, set()).add(code)

    for gb, iso in GB_PROVINCES.items():
        full = china.provinces[gb]
        short = SHORT.get(gb) or full.removesuffix("省").removesuffix("市")
        for label in (full, short, f"中国{short}", f"中国{full}"):
            add(label, f"CN-{iso}")
    for code, name in countries.items():
        if code not in GREATER_CHINA:
            add(name, code)
    for code, labels in {**VARIANTS, **GREATER_CHINA}.items():
        for label in labels:
            add(label, code)
    clash = sorted(label for label, codes in rows.items() if len(codes) > 1)
    if clash:
        raise SystemExit(f"labels of two areas: {clash}")
    return {label: next(iter(codes)) for label, codes in rows.items()}
