"""Who is in the sample administration: the business itself and its debtors.

All of it is invented. Places such as Proefdam and Modelburg do not exist; mail goes to .example
domains (RFC 2606); KvK numbers begin with 00 (never issued); the accounts of debtors are of "bank"
VDTN, which does not exist, with right check digits.
"""
from dataclasses import dataclass, field


def check_digits(country, account):
    digits = "".join(str(int(c, 36)) for c in account + country + "00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"


OWNER_IT, OWNER_SALES, OWNER_BOSS = "Sanne", "Joris", "Directie"

CREDITOR = {
    "code": "DEMO", "name": "Installatiebedrijf Modelburg B.V.", "street": "Ambachtsweg 12", "postcode": "1000 AA",
    "city": "Modelburg", "kvk": "00001000", "vat_number": "NL000099998B57", "email": "administratie@modelburg.example",
    "phone": "000-123 45 00",
}
# Three accounts at three kinds of bank; the numbers are those of examples.
ING = check_digits("NL", "INGB0000000100")
RABO = check_digits("NL", "RABO0000000200")
ABN = check_digits("NL", "ABNA0000000300")


@dataclass
class Debtor:
    number: str
    name: str
    kind: str            # business, consumer
    habit: str           # how he pays, see make_sample.py
    invoices: int        # in the nine months
    low: int             # net amounts, whole euros
    high: int
    city: str = ""
    street: str = ""
    postcode: str = ""
    country: str = "NL"
    language: str = "nl"
    terms: int = 30
    segment: str = ""
    risk: str = "normal"
    owner: str = OWNER_IT
    email: bool = True
    contact: str = ""
    currency: str = "EUR"
    bank: str = "ing"    # which of our accounts he pays to
    ubl: bool = False
    limit: int = 0
    iban: str = ""
    tone: str = ""
    extra: dict = field(default_factory=dict)


# name, habit, invoices, net from, net to, and what is not usual
BUSINESSES = (
    ("Bouwbedrijf Proefdam B.V.", "late", 18, 400, 6000, {"limit": 40000}),
    ("Garage De Voorbeeldbrug", "prompt", 12, 120, 900, {"terms": 14}),
    ("Bakkerij Modelburg", "early", 10, 90, 700, {"terms": 14}),
    ("Hotel Het Fictieve Anker B.V.", "monthly", 18, 300, 2500, {"contact": "crediteurenadministratie"}),
    ("Zorggroep Voorbeeldwaard", "sensitive", 12, 900, 7000, {"segment": "key_account", "owner": OWNER_SALES}),
    ("Gemeente Voorbeeldwaard", "slow", 6, 1500, 12000, {"risk": "low", "ubl": True, "terms": 30}),
    ("Woningstichting Proefdam", "large_early", 5, 42000, 88000, {"owner": OWNER_SALES, "terms": 30}),
    ("Vastgoed Modelhorst B.V.", "large_late", 4, 45000, 96000, {"owner": OWNER_SALES}),
    ("Modelburg Beheer B.V.", "group", 5, 2000, 9000, {"segment": "intercompany"}),
    ("Modelburg Verhuur B.V.", "group", 4, 1000, 5000, {"segment": "intercompany"}),
    ("Café De Laatste Proef", "never", 7, 150, 900, {"risk": "high", "terms": 14}),
    ("Eetcafé Oud Fictiehoek V.O.F.", "parts", 7, 300, 1600, {"risk": "high", "terms": 14}),
    ("Transport Testerveld B.V.", "reminded", 15, 250, 3200, {"bank": "rabo"}),
    ("Kwekerij Fictiehof", "letter", 7, 400, 2800, {"bank": "rabo", "email": False}),
    ("Drukkerij Modelpers B.V.", "reference", 9, 200, 1900, {"bank": "rabo"}),
    ("Tandartspraktijk Voorbeeldplein", "prompt", 6, 150, 1200, {}),
    ("Fysiotherapie De Proefpraktijk", "sloppy", 6, 90, 800, {}),
    ("Sportvereniging Testerveld", "lump", 6, 100, 900, {"bank": "rabo", "email": False}),
    ("Basisschool De Modelboom", "slow", 5, 300, 2600, {"risk": "low", "bank": "rabo"}),
    ("Supermarkt Fictieveld B.V.", "prompt", 14, 150, 2100, {"bank": "abn"}),
    ("Slagerij Proefdam en Zonen", "too_much", 6, 120, 900, {"terms": 14}),
    ("Kapsalon Het Testmodel", "typing", 6, 80, 500, {"terms": 14}),
    ("Autobedrijf Modelburg B.V.", "deducts", 9, 300, 2400, {"bank": "rabo"}),
    ("Metaalbewerking Testerveld B.V.", "reminded", 13, 600, 4800, {"bank": "abn"}),
    ("Logistiek Centrum Fictiehaven B.V.", "third_party", 9, 500, 5200, {"bank": "abn"}),
    ("Schildersbedrijf Kleurproef", "notice", 6, 200, 1900, {"email": False}),
    ("Notariskantoor Modelgracht", "early", 4, 300, 1800, {"bank": "abn"}),
    ("Administratiekantoor Cijferproef", "prompt", 5, 120, 900, {"bank": "abn"}),
    ("Advocatenkantoor Fictiegracht", "disputes", 5, 700, 3900, {"bank": "abn"}),
    ("Restaurant De Testkeuken", "returned", 7, 250, 2200, {"risk": "high", "terms": 14}),
    ("Architectenbureau Schaalmodel", "late", 5, 300, 2400, {}),
    ("Bloemist Proefbloem", "prompt", 4, 80, 400, {"terms": 14, "email": False}),
    ("Camping De Modelduinen", "letter", 6, 500, 5200, {"bank": "rabo"}),
    ("Theater Het Voorbeeld", "sensitive", 4, 800, 4200, {"segment": "sensitive", "owner": OWNER_SALES}),
    ("Machinefabriek Proefwerk B.V.", "discount", 9, 1200, 9800, {"bank": "abn"}),
    ("Datacentrum Fictienet B.V.", "large_parts", 3, 50000, 72000, {"owner": OWNER_SALES}),
    ("Stichting Scholen Proefdam", "monthly", 13, 200, 2600, {"bank": "rabo", "risk": "low"}),
    ("Veehouderij Voorbeeldweide", "lump", 6, 150, 1700, {"bank": "rabo", "email": False}),
    ("Mustermann Anlagenbau GmbH", "late", 5, 1500, 7200, {"country": "DE", "city": "Musterstadt", "street": "Musterstrasse 1", "postcode": "00000", "language": "en"}),
    ("Drukwerk Exempel BV", "prompt", 4, 400, 2100, {"country": "BE", "city": "Exempelgem", "street": "Exempelstraat 4", "postcode": "0000"}),
    ("Sample Street Properties Ltd", "never", 3, 900, 3800, {"country": "GB", "city": "Sampleton", "street": "1 Sample Street", "postcode": "ZZ1 1ZZ", "language": "en", "currency": "GBP"}),
    ("Placeholder Logistics Ltd", "reminded", 6, 700, 4200, {"country": "IE", "city": "Placeholder", "street": "2 Example Quay", "postcode": "Z00 ZZ00", "language": "en"}),
)
CONSUMERS = (
    ("J. Voorbeeld", "prompt", 4, {}), ("M. Proefstra", "debit", 6, {}), ("K. Modelman", "debit_back", 6, {}),
    ("L. Proefberg", "reminded", 4, {}), ("T. Testhuis", "letter", 4, {"email": False}),
    ("R. Fictiestra", "early", 4, {}), ("E. Voorbeeldsma", "sloppy", 4, {}), ("N. Modelaar", "parts", 3, {}),
    ("H. Proefma", "never", 3, {}), ("C. Testerink", "prompt", 4, {"bank": "rabo"}),
    ("B. Fictienga", "late", 4, {"bank": "rabo"}), ("W. Voorbeeldink", "notice", 3, {"email": False}),
    ("D. Modelstra", "debit", 6, {}), ("P. Sample", "reminded", 3, {"language": "en"}),
    ("O. Placeholder", "prompt", 4, {"language": "en"}), ("G. Exempel", "typing", 3, {}),
    ("I. Proefjes", "never", 3, {"email": False}), ("F. Testema", "debit", 6, {}),
)
CITIES = ("Modelburg", "Proefdam", "Testerveld", "Fictiehoek", "Voorbeeldwaard")
STREETS = ("Dorpsstraat", "Molenweg", "Kerkstraat", "Havenkade", "Industrieweg", "Stationsplein", "Lindelaan", "Ringdijk")


def domain_of(name):
    fold = str.maketrans("éëèüö", "eeeuo")
    words = [w for w in "".join(c if c.isalnum() or c == " " else " " for c in name.lower().translate(fold)).split()
             if w not in ("b", "v", "o", "f", "bv", "gmbh", "ltd")]
    return "-".join(words[:3]) + ".example"


def place(d, i):
    d.city = d.city or CITIES[i % len(CITIES)]
    d.street = d.street or f"{STREETS[(i * 5) % len(STREETS)]} {3 + (i * 7) % 180}"
    d.postcode = d.postcode or f"{1000 + (i * 13) % 900} {'ABCDEFGHJK'[i % 10]}{'KLMNPRSTVW'[(i * 3) % 10]}"


def account(d, i):
    if d.country == "DE":
        return check_digits("DE", f"00000000{i:010d}")
    if d.country == "BE":
        first = f"{i:010d}"
        return check_digits("BE", first + f"{int(first) % 97 or 97:02d}")
    if d.country in ("GB", "IE"):
        return check_digits(d.country, f"VDTN000000{i:08d}")
    return check_digits("NL", f"VDTN{i:010d}")


def everyone():
    """All debtors, in the order of their numbers."""
    out = []
    for name, habit, invoices, low, high, more in BUSINESSES:
        out.append(Debtor(f"D{1001 + len(out)}", name, "business", habit, invoices, low, high, **more))
    for name, habit, invoices, more in CONSUMERS:
        out.append(Debtor(f"D{1001 + len(out)}", name, "consumer", habit, invoices, 60, 650,
                          **({"terms": 14} | more)))
    for i, d in enumerate(out):
        place(d, i)
        d.iban = account(d, 1001 + i)
    return out
