"""Writers of the file formats in the sample administration: CAMT.053, MT940 in two dialects, UBL,
XAF, PDF. Only as much of each format as the sample needs, in the shape the Dutch banks and
bookkeeping programs give it.
"""
import base64
import csv
import io
from dataclasses import dataclass
from xml.sax.saxutils import escape


def cents(n, mark="."):
    return f"{'-' if n < 0 else ''}{abs(n) // 100}{mark}{abs(n) % 100:02d}"


@dataclass
class Entry:
    """One line of a bank statement."""
    day: object
    amount: int              # cents; below zero is money that went away
    name: str = ""
    iban: str = ""
    text: str = ""
    reference: str = ""      # structured, RF
    end_to_end: str = ""
    mandate: str = ""
    reason: str = ""         # of a return: MD06, AM04
    ultimate: str = ""
    parts: tuple = ()        # of a batch: Entry each


@dataclass
class Statement:
    iban: str
    number: int              # of the year
    opening: int
    day: object
    before: object           # the day of the statement before
    entries: list

    @property
    def closing(self):
        return self.opening + sum(e.amount for e in self.entries)


def csv_text(headers, rows):
    out = io.StringIO()
    w = csv.DictWriter(out, headers, lineterminator="\n", restval="")
    w.writeheader()
    w.writerows(rows)
    return out.getvalue()


# --- CAMT.053.001.08 -------------------------------------------------------------------------------

def _party(tag, name, iban):
    if not name:
        return ""
    account = f"<{tag}Acct><Id><IBAN>{iban}</IBAN></Id></{tag}Acct>" if iban else ""
    return f"<{tag}><Pty><Nm>{escape(name)}</Nm></Pty></{tag}>{account}"


def _camt_details(e, bank_reference):
    refs = f"<AcctSvcrRef>{bank_reference}</AcctSvcrRef>" if bank_reference else ""
    refs += f"<EndToEndId>{escape(e.end_to_end or 'NOTPROVIDED')}</EndToEndId>"
    refs += f"<MndtId>{escape(e.mandate)}</MndtId>" if e.mandate else ""
    ultimate = f"<UltmtDbtr><Pty><Nm>{escape(e.ultimate)}</Nm></Pty></UltmtDbtr>" if e.ultimate else ""
    remittance = ""
    if e.reference:
        remittance = ("<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>"
                      f"<Ref>{e.reference}</Ref></CdtrRefInf></Strd></RmtInf>")
    elif e.text:
        remittance = f"<RmtInf><Ustrd>{escape(e.text)}</Ustrd></RmtInf>"
    reason = f"<RtrInf><Rsn><Cd>{e.reason}</Cd></Rsn></RtrInf>" if e.reason else ""
    sign = "CRDT" if e.amount > 0 else "DBIT"
    return (f'<TxDtls><Refs>{refs}</Refs><Amt Ccy="EUR">{cents(abs(e.amount))}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<RltdPties>{_party('Dbtr' if e.amount > 0 else 'Cdtr', e.name, e.iban)}{ultimate}</RltdPties>"
            f"{remittance}{reason}</TxDtls>")


def _camt_entry(e, ordinal, statement):
    reference = f"{statement.day:%y%m%d}{ordinal:08d}"
    codes = ("RDDT", "PMDD") if e.reason else ("IDDT", "ESDD") if e.parts else \
            ("RCDT", "ESCT") if e.amount > 0 else ("ICDT", "ESCT")
    if e.reason:
        codes = ("IDDT", "UPDD") if e.mandate else ("ICDT", "RRTN")
    batch = f"<Btch><PmtInfId>{escape(e.text)}</PmtInfId><NbOfTxs>{len(e.parts)}</NbOfTxs></Btch>" if e.parts else ""
    details = "".join(_camt_details(p, "") for p in e.parts) or _camt_details(e, reference)
    return (f'<Ntry><NtryRef>{ordinal}</NtryRef><Amt Ccy="EUR">{cents(abs(e.amount))}</Amt>'
            f"<CdtDbtInd>{'CRDT' if e.amount > 0 else 'DBIT'}</CdtDbtInd>"
            f"<RvslInd>{'true' if e.reason else 'false'}</RvslInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{e.day}</Dt></BookgDt><ValDt><Dt>{e.day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
            f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{codes[0]}</Cd><SubFmlyCd>{codes[1]}</SubFmlyCd></Fmly></Domn></BkTxCd>"
            f"<NtryDtls>{batch}{details}</NtryDtls></Ntry>\n")


def _camt_balance(code, amount, day):
    return (f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="EUR">{cents(abs(amount))}</Amt><CdtDbtInd>{"CRDT" if amount >= 0 else "DBIT"}</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>")


def camt053(s):
    """As ING gives it: one statement a file."""
    entries = "".join(_camt_entry(e, i, s) for i, e in enumerate(s.entries, 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>CAMT053-{s.number:05d}</MsgId><CreDtTm>{s.day}T23:10:00</CreDtTm></GrpHdr>
<Stmt><Id>{s.iban[-7:]}-{s.number:05d}</Id><ElctrncSeqNb>{s.number}</ElctrncSeqNb><CreDtTm>{s.day}T23:10:00</CreDtTm>
<Acct><Id><IBAN>{s.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
{_camt_balance("OPBD", s.opening, s.before)}
{_camt_balance("CLBD", s.closing, s.day)}
{entries}</Stmt></BkToCstmrStmt></Document>
"""


# --- MT940 -----------------------------------------------------------------------------------------

def _sign(amount):
    return "C" if amount >= 0 else "D"


def _balance(amount, day):
    return f"{_sign(amount)}{day:%y%m%d}EUR{cents(abs(amount), ',')}"


def _plain(text):
    """What a Dutch bank lets through in MT940."""
    return "".join(c if c.isascii() else {"é": "e", "ë": "e"}.get(c, " ") for c in text)


def _fold(text, width=65):
    return "\n".join(text[i:i + width] for i in range(0, len(text), width))


def rabobank(s):
    """MT940 structured, as Rabobank gives it: the counter account in the second line of field 61."""
    out = [":940:", f":20:940S{s.day:%y%m%d}", f":25:{s.iban} EUR", f":28C:{s.number:05d}",
           f":60F:{_sign(s.opening)}{s.before:%y%m%d}EUR{cents(abs(s.opening), ',').zfill(15)}"]
    for e in s.entries:
        out.append(f":61:{e.day:%y%m%d}{_sign(e.amount)}{cents(abs(e.amount), ',').zfill(15)}"
                   f"{'N544' if e.reason else 'N541'}{'EREF' if e.end_to_end else 'NONREF':<16}")
        out.append(e.iban or f"P{s.number:09d}")
        party = "BENM" if e.reason or e.amount < 0 else "ORDP"
        info = f"/EREF/{e.end_to_end}" if e.end_to_end else ""
        info += f"/RTRN/{e.reason}" if e.reason else ""
        info += f"/{party}//NAME/{_plain(e.name)}" if e.name else ""
        info += f"/ULTD//NAME/{_plain(e.ultimate)}" if e.ultimate else ""
        info += f"/REMI/{_plain(e.reference or e.text)}/ISDT/{e.day}"
        out.append(_fold(":86:" + info))
    out.append(f":62F:{_sign(s.closing)}{s.day:%y%m%d}EUR{cents(abs(s.closing), ',').zfill(15)}")
    return "\r\n".join("\r\n".join(line.split("\n")) for line in out) + "\r\n"


def abnamro(s):
    """MT940 as ABN AMRO gives it: the old account number, keywords between slashes."""
    out = ["ABNANL2A", "940", "ABNANL2A", ":20:ABN AMRO BANK NV", f":25:{s.iban[-9:]}",
           f":28:{s.number:05d}/1", f":60F:{_balance(s.opening, s.before)}"]
    for e in s.entries:
        out.append(f":61:{e.day:%y%m%d}{e.day:%m%d}{_sign(e.amount)}{cents(abs(e.amount), ',')}N{'247' if e.reason else '944'}NONREF")
        info = f"/TRTP/SEPA OVERBOEKING/IBAN/{e.iban}/BIC/VDTNNL2A/NAME/{_plain(e.name)}" if e.name else f"{_plain(e.text)}"
        if e.name:
            info += f"/REMI/{_plain(e.reference or e.text)}/EREF/{e.end_to_end or 'NOTPROVIDED'}"
            info += f"/ULTD/{_plain(e.ultimate)}" if e.ultimate else ""
            info += f"/RTRN/{e.reason}" if e.reason else ""
        out.append(_fold(":86:" + info))
    out += [f":62F:{_balance(s.closing, s.day)}", "-"]
    return "\r\n".join("\r\n".join(line.split("\n")) for line in out) + "\r\n"


# --- PDF and UBL -----------------------------------------------------------------------------------

def pdf(lines):
    """One page of plain text: the copy of an invoice."""
    text = "BT /F1 11 Tf 60 780 Td 16 TL\n"
    for line in lines:
        text += "({}) Tj T*\n".format("".join("\\" + c if c in "()\\" else c for c in line))
    stream = (text + "ET\n").encode("cp1252", "replace")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
               b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"endstream"]
    out, places = b"%PDF-1.4\n", []
    for i, o in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % i + o + b"\nendobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def _ubl_party(name, number, scheme, identification, street, postcode, city, country, assigned=""):
    own = f"<cbc:SupplierAssignedAccountID>{assigned}</cbc:SupplierAssignedAccountID>" if assigned else ""
    return (f"{own}<cac:Party><cbc:EndpointID schemeID=\"{scheme}\">{identification}</cbc:EndpointID>"
            + (f"<cac:PartyIdentification><cbc:ID>{number}</cbc:ID></cac:PartyIdentification>" if number else "")
            + f"<cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName>"
            f"<cac:PostalAddress><cbc:StreetName>{street}</cbc:StreetName><cbc:CityName>{city}</cbc:CityName>"
            f"<cbc:PostalZone>{postcode}</cbc:PostalZone><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
            f"<cac:PartyLegalEntity><cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>"
            f"<cbc:CompanyID schemeID=\"{scheme}\">{identification}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>")


def ubl(invoice, debtor, creditor, account):
    """An SI-UBL 2.0 invoice or credit note with its PDF inside."""
    credit = invoice.credit
    kind = "CreditNote" if credit else "Invoice"
    picture = pdf([creditor["name"], "", f"{'Creditnota' if credit else 'Factuur'} {invoice.number}", f"Datum {invoice.day}",
                   debtor.name, invoice.description, f"Totaal EUR {cents(invoice.gross)}"])
    code = "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>" if credit else \
        f"<cbc:DueDate>{invoice.due}</cbc:DueDate>\n<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
    line = "CreditNoteLine" if credit else "InvoiceLine"
    quantity = "CreditedQuantity" if credit else "InvoicedQuantity"
    earlier = f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{invoice.preceding}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>\n" if credit else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>
<cbc:ID>{invoice.number}</cbc:ID>
<cbc:IssueDate>{invoice.day}</cbc:IssueDate>
{code}
<cbc:Note>{escape(invoice.description)}</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:OrderReference><cbc:ID>{invoice.order}</cbc:ID></cac:OrderReference>
{earlier}<cac:AdditionalDocumentReference><cbc:ID>{invoice.number}</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="{invoice.number}.pdf">{base64.b64encode(picture).decode()}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>
<cac:AccountingSupplierParty>{_ubl_party(creditor["name"], "", "0106", creditor["kvk"], creditor["street"], creditor["postcode"], creditor["city"], "NL")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{_ubl_party(debtor.name, debtor.number, "0106", "0000" + debtor.number[1:], debtor.street, debtor.postcode, debtor.city, debtor.country, debtor.number)}</cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>{invoice.reference}</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{cents(invoice.vat)}</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{cents(invoice.net)}</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">{cents(invoice.vat)}</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">{cents(invoice.net)}</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="EUR">{cents(invoice.net)}</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">{cents(invoice.gross)}</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">{cents(invoice.gross)}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:{line}><cbc:ID>1</cbc:ID><cbc:{quantity} unitCode="C62">1</cbc:{quantity}><cbc:LineExtensionAmount currencyID="EUR">{cents(invoice.net)}</cbc:LineExtensionAmount><cac:Item><cbc:Name>{escape(invoice.description)}</cbc:Name></cac:Item><cac:Price><cbc:PriceAmount currencyID="EUR">{cents(invoice.net)}</cbc:PriceAmount></cac:Price></cac:{line}>
</{kind}>
"""


# --- XAF 3.2 ---------------------------------------------------------------------------------------

def _xaf_line(number, account, description, amount, debtor="", invoice="", day=""):
    more = f"<custSupID>{debtor}</custSupID><invRef>{invoice}</invRef>" if debtor else ""
    return (f"<trLine><nr>{number}</nr><accID>{account}</accID><docRef>{invoice}</docRef><effDate>{day}</effDate>"
            f"<desc>{escape(description)}</desc><amnt>{cents(abs(amount))}</amnt><amntTp>{'D' if amount >= 0 else 'C'}</amntTp>{more}</trLine>")


def xaf(creditor, debtors, invoices, paid, year):
    """The old year's bookkeeping: sales of `invoices`, bank receipts of those numbers in `paid`
    (number -> (day, amount)). What is left is what is open."""
    sales = bank = ""
    for n, i in enumerate(invoices, 1):
        sales += (f"<transaction><nr>{n}</nr><desc>{i.number}</desc><periodNumber>{i.day.month}</periodNumber><trDt>{i.day}</trDt>"
                  + _xaf_line(1, "1300", i.description, i.gross, i.debtor.number, i.number, i.day)
                  + _xaf_line(2, "8000", i.description, -i.net, "", i.number, i.day)
                  + _xaf_line(3, "1500", "Btw hoog", -i.vat, "", i.number, i.day) + "</transaction>\n")
    for n, (number, (day, amount)) in enumerate(sorted(paid.items()), 1):
        debtor = next(i.debtor.number for i in invoices if i.number == number)
        bank += (f"<transaction><nr>{n}</nr><desc>Ontvangst {number}</desc><periodNumber>{day.month}</periodNumber><trDt>{day}</trDt>"
                 + _xaf_line(1, "1100", f"Ontvangst {number}", amount, "", number, day)
                 + _xaf_line(2, "1300", f"Ontvangst {number}", -amount, debtor, number, day) + "</transaction>\n")
    lines = 3 * len(invoices) + 2 * len(paid)
    total = sum(i.gross for i in invoices) + sum(a for _, a in paid.values())
    customers = "".join(
        f"<customerSupplier><custSupID>{d.number}</custSupID><custSupName>{escape(d.name)}</custSupName><custSupTp>C</custSupTp>"
        f"<streetAddress><streetname>{d.street}</streetname><city>{d.city}</city><postalCode>{d.postcode}</postalCode><country>{d.country}</country></streetAddress></customerSupplier>\n"
        for d in debtors)
    accounts = "".join(f"<ledgerAccount><accID>{a}</accID><accDesc>{t}</accDesc><accTp>{k}</accTp><leadCode>{r}</leadCode></ledgerAccount>\n"
                       for a, t, k, r in (("1100", "Bank", "B", "BLimBan"), ("1300", "Debiteuren", "B", "BVorDebHad"),
                                          ("1500", "Btw", "B", "BSchBepBtw"), ("8000", "Omzet", "P", "WOmzNop")))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">
<header><fiscalYear>{year}</fiscalYear><startDate>{year}-01-01</startDate><endDate>{year}-12-31</endDate><curCode>EUR</curCode><dateCreated>{year + 1}-01-02</dateCreated><softwareDesc>Voorbeeldboekhouding</softwareDesc><softwareVersion>1.0</softwareVersion></header>
<company><companyIdent>{creditor["kvk"]}</companyIdent><companyName>{creditor["name"]}</companyName><taxRegistrationCountry>NL</taxRegistrationCountry><taxRegIdent>{creditor["vat_number"]}</taxRegIdent>
<customersSuppliers>
{customers}</customersSuppliers>
<generalLedger>
{accounts}</generalLedger>
<transactions><linesCount>{lines}</linesCount><totalDebit>{cents(total)}</totalDebit><totalCredit>{cents(total)}</totalCredit>
<journal><jrnID>VK</jrnID><desc>Verkoop</desc><jrnTp>S</jrnTp>
{sales}</journal>
<journal><jrnID>BK</jrnID><desc>Bank</desc><jrnTp>B</jrnTp>
{bank}</journal>
</transactions></company></auditfile>
"""
