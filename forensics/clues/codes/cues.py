"""Words beside a number that say what it is. Each family looks for its own."""

from __future__ import annotations

import re

CONTACT = re.compile(
    r"联系|联络|聯絡|电话|電話|热线|手机|手機|客服|咨询|传真|订购|tel\b|telephone|phone|\bcall\b|"
    r"contact|whats\s?app|hotline|mobile|telegram|\bfax\b|\btext me\b|viber|zalo|"
    r"тел\b|телефон|звоните|звони\b|телефонуйте|дзвоніть|т\.|факс|моб\b|"
    r"تلفن|تماس|موبایل|همراه|شماره|هاتف|اتصل|"
    r"फ़?ोन|फोन|मोबाइल|संपर्क|सम्पर्क|कॉल|"
    r"điện thoại|\bs?đt\b|liên hệ|gọi\b|telefon|iletişim|\bgsm\b|\barayın\b|telepon|hubungi|"
    r"tawag|tumawag",
    re.IGNORECASE,
)
"""A number that stands beside one of these is given as a contact."""
OTHER_NUMBER = re.compile(
    r"单号|编号|订单|快递|账号|帐号|卡号|流水|证号|合同|批次|文号|\bQQ\b|\bid\b|order|tracking|"
    r"account|invoice|serial|\bno\.|\bref\b|заказ|счет|счёт|договор|накладн|трек|артикул|"
    r"замовлен|рахун|سفارش|پیگیری|حساب|फ़?ऑर्डर|ऑर्डर|खाता|đơn hàng|mã đơn|vận đơn|tài khoản|"
    r"sipariş|fatura|takip|pesanan|resi\b",
    re.IGNORECASE,
)
"""Words that announce another kind of number."""
OWN_CAR = re.compile(
    r"我的车|我们的车|我车|本人的车|自家车|\b(?:my|our) (?:car|van|truck|plate)\b|"
    r"(?:моя|мою|моей|наша|нашу) (?:машин|тачк)|мой номер|моє авто|ماشین من|ماشینم|xe (?:của )?tôi|"
    r"\b(?:arabam|aracım)",
    re.IGNORECASE,
)
CAR = re.compile(
    r"车牌|牌照|号牌|车主|\bplates?\b|挪车|移车|轿车|面包车|货车|гос\.?\s?номер|автомоб|машин|авто\b|"
    r"номерной знак|номерами|номером|номерний знак|автівк|پلاک|خودرو|ماشین|plaka|araç|"
    r"biển số|\bBKS\b|biển kiểm soát|xe máy|ô tô|\bxe\b|\bcar\b|\bvan\b|\btruck\b",
    re.IGNORECASE,
)
