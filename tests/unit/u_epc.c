/* Payment QR codes: the text of EPC069-12, and the code itself read back by another program. */
#include "correspondence/qr.h"

#include "letter_support.h"

static struct message_data
payment(const char *name, const char *iban, const char *bic, int64_t cents, const char *reference)
{
	return (struct message_data){
		.creditor = { .name = vd_str_c(name), .iban = vd_str_c(iban), .bic = vd_str_c(bic) },
		.currency = VD_EUR,
		.total_minor = cents,
		.payment_reference = vd_str_c(reference)
	};
}

#define DE "DE71110220330123456789"
static const struct {
	const char *name, *iban, *bic;
	int64_t cents;
	const char *reference, *expected;
} texts[] = {
	/* the guideline's second example, but in UTF-8 (character set 1) */
	{ "François D'Alsace S.A.", "FR1420041010050500013M02606", NULL, 1230,
	  "Client:Marie Louise La Lune",
	  "BCD\n002\n1\nSCT\n\nFrançois D'Alsace S.A.\nFR1420041010050500013M02606\nEUR12.3\n\n\nClient:Marie Louise La Lune" },
	{ "Voorbeeld", "NL91 ABNA 0417 1643 00", "ABNANL2A", 100, "RF18 5390 0754 7034",
	  "BCD\n002\n1\nSCT\nABNANL2A\nVoorbeeld\nNL91ABNA0417164300\nEUR1\n\nRF18539007547034" },
	{ "Voorbeeld", "NL91ABNA0417164300", NULL, 1, NULL,
	  "BCD\n002\n1\nSCT\n\nVoorbeeld\nNL91ABNA0417164300\nEUR0.01" },
	{ "Voorbeeld", "NL91ABNA0417164300", NULL, 99999999999, "x",
	  "BCD\n002\n1\nSCT\n\nVoorbeeld\nNL91ABNA0417164300\nEUR999999999.99\n\n\nx" },
	{ "Voorbeeld", "NL91ABNA0417164300", NULL, 500, "",
	  "BCD\n002\n1\nSCT\n\nVoorbeeld\nNL91ABNA0417164300\nEUR5" },
	{ "Voorbeeld", "NL91ABNA0417164300", NULL, 100000, "",
	  "BCD\n002\n1\nSCT\n\nVoorbeeld\nNL91ABNA0417164300\nEUR1000" },
	/* a Dutch betalingskenmerk is text; a line break cannot add a line */
	{ "Voor\nbeeld\r\nEUR9", "NL91ABNA0417164300", NULL, 1005, "5000 0567 8901 2345\nEUR1",
	  "BCD\n002\n1\nSCT\n\nVoor beeld EUR9\nNL91ABNA0417164300\nEUR10.05\n\n\n5000 0567 8901 2345 EUR1" },
};

static void
test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		WITH_CONTEXT(1 << 20);
		struct message_data data =
		    payment(texts[i].name, texts[i].iban, texts[i].bic, texts[i].cents, texts[i].reference);
		struct vd_str out;

		assert_ok(message_epc_text(&ctx, &data, &out));
		assert_text(out, texts[i].expected);
		assert_true(out.len <= 331);
	}
}

static const char *
times(char out[400], char c, size_t n)
{
	memset(out, c, n);
	out[n] = '\0';
	return out;
}

static void
refused(const char *key, struct message_data data)
{
	WITH_CONTEXT(1 << 20);
	struct vd_str out;

	assert_refused(message_epc_text(&ctx, &data, &out), VD_E_INVALID, key);
}

static void
test_refused(void **state)
{
	char many[400];
	struct message_data dollars = payment("V", DE, NULL, 100, NULL);

	(void)state;
	dollars.currency = (struct vd_currency){ "USD" };
	refused("epc.currency", dollars);
	refused("epc.amount", payment("V", DE, NULL, 0, NULL));
	refused("epc.amount", payment("V", DE, NULL, -1, NULL));
	refused("epc.amount", payment("V", DE, NULL, 100000000000, NULL));
	refused("epc.iban", payment("V", "", NULL, 1, NULL));
	refused("epc.iban", payment("V", "DE1", NULL, 1, NULL));
	refused("epc.iban", payment("V", "NL91ABNA0417164301", NULL, 1, NULL));
	refused("epc.name", payment("", DE, NULL, 1, NULL));
	refused("epc.name", payment(NULL, DE, NULL, 1, NULL));
	refused("epc.name", payment(times(many, 'a', 71), DE, NULL, 1, NULL));
	refused("epc.text", payment("V", DE, NULL, 1, times(many, 'a', 141)));
	refused("epc.bic", payment("V", DE, "BHBLDE", 1, NULL));
	refused("epc.bic", payment("V", DE, "BHBLDEHHXXXX", 1, NULL));
	refused("epc.bic", payment("V", DE, "BHBLDEHHXX", 1, NULL));
	refused("epc.bic", payment("V", DE, "bhbldehh", 1, NULL));
	refused("epc.bic", payment("V", DE, "BHBL1EHH", 1, NULL));
}

/* Within the single limits and yet too long together: 70 and 140 characters of three bytes. */
static void
test_bytes_together(void **state)
{
	WITH_CONTEXT(1 << 20);
	struct vd_buf name = VD_BUF(&ctx, 1000), text = VD_BUF(&ctx, 1000);
	struct message_data data = payment("V", DE, NULL, 1, NULL);
	struct vd_str out;

	(void)state;
	for (int i = 0; i < 70; i++) vd_buf_add_c(&name, "ṣ");
	data.creditor.name = vd_buf_str(&name);
	assert_ok(message_epc_text(&ctx, &data, &out));
	for (int i = 0; i < 70; i++) vd_buf_add_c(&text, "ș");
	data.payment_reference = vd_buf_str(&text);
	assert_refused(message_epc_text(&ctx, &data, &out), VD_E_INVALID, "epc.too_long");
}

/* "12.3" as another program's test gives it; amounts we cannot even express are skipped. */
static bool
cents_of(const char *amount, int64_t *cents)
{
	WITH_CONTEXT(1 << 20);
	struct vd_money money;

	if (vd_money_parse_decimal(&ctx, vd_str_c(amount), '.', VD_EUR, &money) != VD_OK) return false;
	*cents = money.minor;
	return true;
}

static void
check_valid(const json_t *vector)
{
	WITH_CONTEXT(1 << 20);
	const json_t *in = json_object_get(vector, "in"),
	             *lines = json_object_get(vector, "lines_iso-8859-1");
	const char *line = json_string_value(json_object_get(vector, "amount_line"));
	struct message_data data =
	    payment("Voorbeeld", DE, NULL, 0, json_string_value(json_object_get(in, "text")));
	struct vd_str out, part;

	if (json_object_get(in, "name") != NULL)
		data.creditor.name = vd_str_c(json_string_value(json_object_get(in, "name")));
	if (json_object_get(in, "iban") != NULL)
		data.creditor.iban = vd_str_c(json_string_value(json_object_get(in, "iban")));
	assert_true(cents_of(json_string_value(json_object_get(in, "amount")), &data.total_minor));
	assert_ok(message_epc_text(&ctx, &data, &out));
	if (line != NULL) assert_true(contains(out, line));
	for (size_t i = 0; i < json_array_size(lines);
	     i++) { /* line 3 is the character set: ours is UTF-8 */
		assert_true(vd_str_cut(&out, '\n', &part));
		assert_text(part, i == 2 ? "1" : json_string_value(json_array_get(lines, i)));
	}
	if (lines != NULL) assert_true(vd_str_is_none(out));
}

static void
check_invalid(const char *field, const char *value, int *skipped)
{
	WITH_CONTEXT(1 << 20);
	char many[400];
	struct message_data data = payment("Voorbeeld", DE, NULL, 100, "x");
	struct vd_str text = vd_str_c(value), out;
	bool amount = strcmp(field, "amount") == 0;

	if (strcmp(value, "a x 71") == 0) text = vd_str_c(times(many, 'a', 71));
	if (strcmp(value, "a x 141") == 0) text = vd_str_c(times(many, 'a', 141));
	if (strcmp(field, "name") == 0) data.creditor.name = text;
	else if (strcmp(field, "iban") == 0) data.creditor.iban = text;
	else if (strcmp(field, "bic") == 0) data.creditor.bic = text;
	else if (strcmp(field, "text") == 0) data.payment_reference = text;
	if (strcmp(field, "purpose") == 0 || strcmp(field, "reference") == 0 ||
	    vd_str_ends(text, VD_STR(" ")) || (amount && !cents_of(value, &data.total_minor))) {
		(*skipped)++; /* we never write a purpose; a long reference is text; blanks are trimmed */
		return;
	}
	if (message_epc_text(&ctx, &data, &out) == VD_OK) fail_msg("accepted %s \"%s\"", field, value);
}

static void
test_published_vectors(void **state)
{
	char path[1024];
	json_t *all, *vector, *value;
	size_t i, k;
	int skipped = 0, done = 0;

	(void)state;
	if (!shared_path("samples/epc-qr/epc-qr-vectors-dev.json", path)) skip();
	all = json_load_file(path, 0, NULL);
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "valid"), i, vector)
	{
		check_valid(vector);
		done++;
	}
	json_array_foreach(json_object_get(all, "invalid"), i, vector)
	{
		json_array_foreach(json_object_get(vector, "values"), k, value)
		{
			check_invalid(json_string_value(json_object_get(vector, "field")),
			              json_string_value(value), &skipped);
			done++;
		}
	}
	print_message("%d vectors, of which %d cannot be put to us\n", done, skipped);
	json_decref(all);
}

/* A picture of the code, read by zbar: the same bytes come back. */
static void
test_code_can_be_read(void **state)
{
	(void)state;
	if (!program_is_there("zbarimg")) skip();
	for (size_t i = 0; i < VD_LENGTH(texts); i++) {
		WITH_CONTEXT(8 << 20);
		struct message_data data =
		    payment(texts[i].name, texts[i].iban, texts[i].bic, texts[i].cents, texts[i].reference);
		struct vd_buf b = VD_BUF(&ctx, 4 << 20);
		struct vd_str text, command, read;
		struct qr qr;
		int side;

		assert_ok(message_epc_text(&ctx, &data, &text));
		assert_ok(qr_make(&ctx, text, &qr));
		assert_true((qr.size - 17) / 4 <= 13 && (qr.size - 17) % 4 == 0);
		side = 4 * (qr.size + 2 * QR_QUIET);
		vd_buf_addf(&b, "P5 %d %d 255\n", side, side);
		for (int y = 0; y < side; y++) {
			for (int x = 0; x < side; x++) {
				int column = x / 4 - QR_QUIET, row = y / 4 - QR_QUIET;
				bool dark = column >= 0 && row >= 0 && column < qr.size && row < qr.size &&
				            qr.dark[row * qr.size + column];

				vd_buf_add_char(&b, dark ? '\x00' : '\xff');
			}
		}
		assert_ok(vd_str_printf(&ctx, &command,
		                        "zbarimg -q --raw -Sdisable -Sqr.enable -Sbinary '%s' 2>/dev/null",
		                        write_file(&ctx, "qr.pgm", vd_buf_str(&b))));
		read = output_of(&ctx, command.ptr);
		assert_text(vd_str_trim(read), text.ptr);
	}
}

static void
test_code_has_a_limit(void **state)
{
	WITH_CONTEXT(1 << 20);
	char many[400];
	struct qr qr;

	(void)state;
	assert_ok(
	    qr_make(&ctx, vd_str_c(times(many, 'x', 331)), &qr)); /* version 13, level M: 331 bytes */
	assert_int_equal(qr.size, 17 + 4 * 13);
	assert_refused(qr_make(&ctx, vd_str_c(times(many, 'x', 332)), &qr), VD_E_LIMIT, "qr.too_long");
	assert_refused(qr_make(&ctx, VD_STR(""), &qr), VD_E_LIMIT, "qr.too_long");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bytes_together),
		cmocka_unit_test(test_published_vectors),
		cmocka_unit_test(test_code_can_be_read),
		cmocka_unit_test(test_code_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
