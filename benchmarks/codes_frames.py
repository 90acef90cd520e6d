"""Sentences around the planted codes, and sentences with look-alikes. All invented.

In a frame `{}` is the code, `#` a random digit and `@` a random capital letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codes_corpus import (
    CN_PHONES,
    CN_POSTAL,
    FA_POSITION,
    GH_PHONES,
    GH_POSTAL,
    HI_POSITION,
    IN_PHONES,
    IN_POSTAL,
    IR_PHONES,
    IR_POSTAL,
    PLUS_PHONES,
    RU_PHONES,
    RU_POSITION,
    RU_POSTAL,
    RU_WORDS,
    TR_PHONES,
    TR_POSTAL,
    UA_PHONES,
    UA_POSTAL,
    VN_PHONES,
    ZH_DMS,
    ZH_POSITION,
    Frames,
    _devanagari,
    _in_persian,
    _words,
    any_of,
    cn_plate,
    division,
    grid,
    gstin,
    icp,
    inn,
    ir_plate,
    ogrn,
    police_filing,
    position,
    resident,
    ru_plate,
    tr_plate,
    ua_plate,
    uscc,
    vn_plate,
)

PLUS = any_of(*PLUS_PHONES)

FRAMES: Frames = {
    "Han": (
        (any_of(*CN_PHONES), (
            "联系电话：{}，工作日有人接。", "有意者请拨打热线 {} 咨询。",
                "老板手机{}，微信同号。",
            "客服电话 {}，周末休息。", "订购请联系{}，当天发货。", "传真及电话：{}",
        )),
        (PLUS, ("海外客户请打 {}。", "总部 {} 二十四小时值班", "加我 {} 谢谢", "境外：{}")),
        (cn_plate, (
            "车牌{}的车主请挪车。", "今天又看到 {} 违停，", "白色面包车，牌照 {}，往东去了。",
            "早上八点，号牌{}的轿车剐了我。",
        )),
        (icp, ("网站底部写着 {}", "版权所有 {}", "本站备案：{}", "© {} 技术支持")),
        (police_filing, ("页脚 {}", "备案号 {}", "{} 请勿转载", "看网页最下面：{}")),
        (uscc, (
            "统一社会信用代码：{}", "开票信息，税号 {}，谢谢。", "公司信用代码{}已核验",
            "纳税人识别号 {}",
        )),
        (resident, ("身份证号{}请核对", "证件号码：{}", "登记的是 {} 这个号", "公民身份号码 {}")),
        (CN_POSTAL, ("邮编：{}", "来信请寄江苏某路5号，邮政编码 {}。", "(邮编{})收",
            "邮政编码：{}")),
        (division, ("行政区划代码：{}", "表格里区划代码填{}就行", "行政区划 {}",
            "户籍地区划码：{}")),
        (any_of(ZH_POSITION, ZH_DMS), (
            "震中位于{}。", "渔船最后位置：{}", "集合点在{}附近", "他发来的定位是{}，",
        )),
        (position, ("坐标 {} 这里风景好", "位置：{}", "GPS {} 不见不散", "打卡点 {}")),
        (_words(
            ("支付宝", "CN"), ("派出所", "CN TW"), ("网信办", "CN"), ("盐阜大众报", "CN-JS.3209"),
            ("公安局", "CN"),
        ), ("他说是{}的人", "昨天路过{}，人很多。", "这事要找{}", "{}的消息说明天下雨")),
    ),
    "Latin": (
        (PLUS, (
            "Call us: {} any time.", "WhatsApp {} for prices.", "ring {} and ask for the manager",
            "Our office: {}.",
        )),
        (any_of(*TR_PHONES), (
            "Bilgi için telefon: {} arayabilirsiniz.", "Sipariş ve iletişim {} numaralı hat.",
            "Bize ulaşın, tel {}", "İletişim: {}",
        )),
        (any_of(*VN_PHONES), (
            "Liên hệ: {} để được tư vấn.", "Điện thoại {} (giờ hành chính)",
                "Gọi {} nhé mọi người",
            "SĐT: {}",
        )),
        (any_of(*GH_PHONES), (
            "We deliver in Accra, call {} today.", "Ghana office phone: {}",
            "Kumasi and Accra orders, call {}", "Contact our Ghana team: {}",
        )),
        (any_of(*IN_PHONES), (
            "New Delhi branch, phone {}, open till six.", "Mobile {} (India only)",
            "Call our Mumbai desk: {}, India", "India helpdesk phone: {}",
        )),
        (any_of(vn_plate), (
            "Xe biển số {} đỗ trước cổng.", "Biển số {} vượt đèn đỏ", "BKS {} ai biết không",
            "ô tô {} màu trắng",
        )),
        (tr_plate, (
            "{} plakalı araç yolu kapattı.", "Plaka: {}", "{} plakalı beyaz minibüs",
            "Aracın plakası {} imiş.",
        )),
        (gstin, ("GSTIN: {}", "Invoice from Chennai, GSTIN {}", "GST no {}",
            "our GST number is {}")),
        (IN_POSTAL, ("PIN code: {}", "New Delhi, Pincode {}", "PIN: {}, India", "Pin Code - {}")),
        (TR_POSTAL, ("Posta kodu: {}", "adres altında posta kodu {} yazıyor", "Posta Kodu {}",
            "Posta kodu {}")),
        (GH_POSTAL, (
            "GhanaPost GPS: {}", "Our digital address is {}.", "Ghana Post address {}",
            "Digital address: {}, Ghana",
        )),
        (position, (
            "Meet at {} tomorrow.", "Start: {}. Bring water.",
                "The photo was taken at {}, I think",
            "coordinates {}", "pin dropped {} ok", "Camp at {} for the night.",
        )),
        (grid, ("Position: {}", "the hut is at {} by the lake", "Grid {} again", "location {}")),
        (_words(
            ("GCash", "PH"), ("Alipay", "CN"), ("UPI", "IN"), ("CİMER", "TR"), ("WeChat Pay",
                "CN"),
        ), (
            "You can pay with {} now.", "he asked me about {} again", "we take {} and cash",
            "{} was down this morning",
        )),
    ),
    "Cyrillic": (
        (any_of(*RU_PHONES), (
            "Звоните по телефону {} в рабочие дни.", "тел. {}, спросить администратора",
            "Телефон для записи: {}", "Моб. тел.: {}",
        )),
        (any_of(*UA_PHONES), (
            "Телефонуйте: тел. {}, щодня з дев'ятої.", "Телефон для довідок {}, приймальня",
            "Наші контакти: тел. {}", "Запис за телефоном {} щодня",
        )),
        (PLUS, ("Звоните {} круглосуточно", "Ватсап {}", "Связь: {}", "пишите на {}")),
        (ru_plate, (
            "Белая машина, госномер {}.", "Автомобиль {} перекрыл двор", "видели {} у подъезда",
            "номер {} скрылся с места",
        )),
        (ua_plate, (
            "Автівка з номером {} стоїть на тротуарі", "Шукаю свідків: {} о восьмій ранку",
            "номерний знак {}", "авто {} синього кольору",
        )),
        (any_of(inn, ogrn), (
            "ООО «Ромашка», {}", "Реквизиты: {}, банк на обороте", "{} указан в договоре",
            "Юрлицо: {}",
        )),
        (RU_POSTAL, (
            "Почтовый индекс {}, до востребования.", "Индекс: {}", "индекс {}, улица Мира",
            "почтовый индекс: {}",
        )),
        (UA_POSTAL, (
            "Поштовий індекс {}", "індекс: {}, вулиця Садова", "поштовий індекс: {}", "індекс {}",
        )),
        (any_of(RU_POSITION, RU_WORDS), (
            "Координаты: {}", "Точка сбора {}.", "судно находится здесь: {}", "место {} на карте",
        )),
        (position, ("координаты {}", "Геометка {}", "точка {} рядом", "вот сюда: {}")),
        (_words(
            ("Сбербанк", "RU"), ("Росгвардия", "RU"), ("Приватбанк", "UA"), ("военкомат",
                "RU BY KZ"),
            ("Роскомнадзор", "RU"),
        ), ("вчера был {} и очередь", "{} снова молчит", "спросил про {} у соседа",
            "там теперь {}")),
    ),
    "Arabic": (
        (_in_persian(any_of(*IR_PHONES)), (
            "تلفن تماس: {} در ساعات اداری", "برای سفارش گل با شماره {} تماس بگیرید",
            "تماس با ما: {}", "موبایل {} پاسخگو هستیم",
        )),
        (_in_persian(PLUS), ("تماس از خارج کشور {}", "واتساپ {}", "دفتر: {}", "شماره ما {}")),
        (ir_plate, ("خودرو به شماره پلاک {} توقیف شد", "پلاک {}", "ماشین سفید با پلاک {}",
            "پلاک: {} دیده شد")),
        (_in_persian(IR_POSTAL), ("کد پستی: {}", "نشانی: خیابان آزادی، کد پستی {}", "کدپستی {}",
            "کد پستی {}")),
        (FA_POSITION, ("موقعیت: {}", "محل حادثه {} است", "مختصات {} ثبت شد", "{} روی نقشه")),
        (position, ("مختصات {}", "موقعیت {}", "لوکیشن {}", "اینجا {}")),
        (_words(
            ("نیروی انتظامی", "IR"), ("شتاب", "IR"), ("سپاه پاسداران", "IR"), ("تومان", "IR"),
            ("پلیس فتا", "IR"),
        ), ("دیروز {} را دیدم", "درباره {} نوشته بود", "خبر {} را خواندی؟",
            "همه از {} حرف می‌زنند")),
    ),
    "Devanagari": (
        (any_of(_devanagari(any_of(*IN_PHONES)), *IN_PHONES), (
            "संपर्क करें: {} (सुबह नौ बजे से)", "फोन {} पर बात करें", "मोबाइल: {}",
                "कॉल करें {} अभी",
        )),
        (any_of(PLUS, _devanagari(PLUS)), ("विदेश से {} मिलाएँ", "हमारा नंबर {}",
            "व्हाट्सएप {}", "यहाँ पूछें {}")),
        (any_of(IN_POSTAL, _devanagari(IN_POSTAL)), ("पिन कोड: {}", "पिनकोड {} दिल्ली",
            "पिन कोड {}", "पिन कोड - {}")),
        (gstin, ("जीएसटी नंबर {}", "GSTIN {} बिल पर लिखा है", "बिल पर {}", "जीएसटीआईएन: {}")),
        (any_of(HI_POSITION, _devanagari(HI_POSITION)), ("जगह: {}", "स्थान {} पर मिलें",
            "{} दर्ज हुआ", "यहाँ {}")),
        (position, ("निर्देशांक {}", "लोकेशन {}", "मिलने की जगह {}", "यह जगह {} है")),
        (_words(("यूपीआई", "IN"), ("पेटीएम", "IN"), ("रुपये", "IN"), ("थाना प्रभारी", "IN")), (
            "मैंने {} के बारे में सुना", "{} की बात मत करो", "कल {} था", "उसने {} कहा",
        )),
    ),
}  # fmt: skip

_LOOK_ALIKES = {
    "Han": """
订单号1385101####已发货
快递单号 0515-8812####
价格 138.50 元，打八折
2024年5月9日 12:30
服务器 192.168.1.###
版本号 3.21.####
验证码 ######，五分钟内有效
ISBN 978-7-5390-####-#
银行卡 6222 02## #### #### ###
股票 600519 今天涨了 1.23%
QQ群 ########
流水号 20240509########
第 ###### 号合同
新A#####处理器发布
气温 33°C 到 21°C
比分 3-2，全场 12345 人
编号32090219900101####
从2019年到2024年共 #### 天
房间 0515 在五楼
1920x1080 的屏幕
京东11.11满 300 减 40
苏菲A12345号样品
汇率 7.1234，昨天 7.2345
经过 33.5 度的水温
他考了 120.5 分，33.3 名
密码是 ########
文号〔2024〕####号
粤菜A套餐 12345 份
阿里云A10000套餐
身高 175.1234 厘米
共有 ######人参加
手机 15 Pro 256G 卖 8999
公告编号：2024-###
一百二十三度灰
税率 13%，金额 320902.50 元
代码 def f(x): return x+1
""",
    "Latin": """
Order no. 1385101#### has shipped.
Tracking 1Z999AA1######### arrives Monday.
It costs $1,299.99 or 2 x 650.
Meeting on 2024-05-09 at 12:30.
ping 10.0.0.### and 192.168.1.1:8080
We run version 4.15.####-beta
ISBN 978-0-306-40615-7
Card 4111 1111 1111 1111 exp 09/27
In 1989, 1991 and 2014 it happened.
The score was 98.1234 to 97.4321 points
N95 masks, E10 fuel, S22 phone
EUR/USD 1.0842, 1.0851
commit 3f2a9c######1b was reverted
Model A123BC 77 inch TV
Flight TK34 from gate 212
size 36N 40E mattress
UTC+8 and B2B and 5G+2
Invoice 0212-2520###, due Friday
room 034 ABC wing 120
Sipariş no 34567####
Mã đơn 024382#####
Tài khoản 0912######
UUID 9b2f7c1e-####-4b1f-9d2e-112233445566
SKU AB1234CD back in stock
chapter 33, verse 21, page 120
ratio 3.1416, 2.7183, 1.4142
1080p at 60 fps, 35 mm lens
serial GA-12-345
Vote +1 for me, +100 points
PIN is 4821, do not tell
tel me more about 2019
code 29A is the bus to town
Fatura 2024/####, 34 adet
ticket 51F-12 row 3
33 N, 120 people came
7.5, 8.25 and 9.125 percent
""",
    "Cyrillic": """
Заказ 8916####### отправлен
Цена 1 299,50 руб за штуку
9 мая 2024 года в 12:30
адрес 192.168.0.### порт 8080
версия 2.14.####
ISBN 978-5-17-######-#
карта 2200 1234 #### ####
трек RA#########RU едет
в 1991, 1993 и 2014 годах
счёт 40702810############
индекс Мосбиржи 3141
договор № 7707083894
курс 92.1234, вчера 91.4321
глава 33, стих 21
счет 3:2, зрителей 12345
модель Т34-85 на параде
дом 78, квартира 199
приказ 77 от 01.02.2024
ГОСТ 12345-78
артикул 812333####
Замовлення 067####### прийнято
ціна 450 грн за кг
рахунок 26001#########
у 2014 та 2022 роках
индекс массы тела 24
температура 33° и 21°
сура 12, аят 33
рейс СУ1234 задержан
ВАЗ 2107 продам
ИНН не помню
""",
    "Arabic": """
شماره سفارش ۰۲۱۸۸۸۸####
قیمت ۱۲۵٬۰۰۰ برای هر عدد
۱۴۰۳/۰۲/۲۰ ساعت ۱۲:۳۰
آی‌پی 192.168.1.###
نسخه ۲.۱۴.####
شابک 978-964-####-##-#
کارت 6037 9911 #### ####
سال ۱۳۹۸ تا ۱۴۰۲
کد رهگیری ########
حساب ۰۱۲۳۴۵۶۷۸۹
۳ بر ۲ باختند
دمای ۳۳ درجه و ۲۱ درجه
آیه ۱۲ سوره ۳۳
فصل ۳۳ صفحه ۱۲۰
۱۲ ب ۳ نفر
کد تخفیف A12B34
رقم ۱۲۳۴۵ نفر
تعداد ۹۱۰۰۰ نفر
پیگیری ۰۹۱۲#######
نرخ 58.1234، دیروز 57.4321
""",
    "Devanagari": """
ऑर्डर 98######## भेजा गया
कीमत 1,299.50 प्रति किलो
9 मई 2024 को 12:30 बजे
आईपी 192.168.1.###
संस्करण 2.14.####
आईएसबीएन 978-81-####-###-#
कार्ड 4111 1111 #### 1111
साल 1991 और 2014
खाता 0123456789##
स्कोर 3-2 रहा
तापमान 33° और 21°
अध्याय 33 पृष्ठ 120
कुल 110001 लोग आए
ट्रेन 12345 लेट है
आधार 1234 5678 ####
दर 83.1234, कल 82.4321
पिन 4821 किसी को न बताएं
रोल नंबर 98#######
वाहन 33 और 21
कुल ५००००० मत
""",
}
LOOK_ALIKES: Mapping[str, Sequence[str]] = {
    script: lines.strip().splitlines() for script, lines in _LOOK_ALIKES.items()
}
"""Script -> sentences without any code."""
