/* Letters as other programs see them: text, pictures, fonts, structure and QR code, compared with
 * tests/golden. UPDATE_GOLDEN=1 writes what is expected anew: look at it before it is committed. */
#include "base/fault.h"
#include "correspondence/words.h"
#include "letter_support.h"

#include <cairo.h>
#include <math.h>

#define PICTURE_DPI          "60"
/* Blocks of this many pixels are compared by their mean; a font or library that draws a hair
 * differently passes, a line of text that moved does not. */
#define BLOCK                8
#define BLOCK_DIFFERENCE_MAX 24.0 /* of 255 */

struct golden {
	struct vd_str name; /* "reminder-business" */
	struct vd_str folder;
	bool update;
};

static struct vd_str
golden_folder(struct vd_context *context)
{
	struct vd_context ctx = *context;
	const char *root = getenv("SOURCE_ROOT");
	struct vd_str folder;

	assert_ok(vd_str_printf(&ctx, &folder, "%s/tests/golden", root != NULL ? root : "."));
	return folder;
}

static struct vd_str
golden_path(struct vd_context *context, const struct golden *g, const char *suffix)
{
	struct vd_context ctx = *context;
	struct vd_str path;

	assert_ok(
	    vd_str_printf(&ctx, &path, "%.*s/%.*s%s", VD_FMT(g->folder), VD_FMT(g->name), suffix));
	return path;
}

static void
compare_text(struct vd_context *context, const struct golden *g, const char *suffix,
             struct vd_str got)
{
	struct vd_context ctx = *context;
	struct vd_str path = golden_path(context, g, suffix), expected, a, b;

	if (g->update) {
		assert_ok(vd_file_write_atomic(&ctx, path.ptr, got));
		return;
	}
	assert_ok(vd_file_slurp(&ctx, path.ptr, 4 << 20, &expected));
	for (int line = 1;; line++) {
		bool more_a = vd_str_cut(&got, '\n', &a), more_b = vd_str_cut(&expected, '\n', &b);

		if (!more_a && !more_b) return;
		if (more_a != more_b || !vd_str_eq(a, b))
			fail_msg("%s line %d: \"%.*s\" instead of \"%.*s\"", path.ptr, line, VD_FMT(a),
			         VD_FMT(b));
	}
}

static double
block_mean(const unsigned char *pixels, int stride, int x, int y, int width, int height)
{
	double sum = 0;
	int count = 0;

	for (int j = y; j < y + BLOCK && j < height; j++)
		for (int i = x; i < x + BLOCK && i < width; i++, count++)
			sum += pixels[j * stride + i * 4 + 1];
	return sum / count;
}

static void
compare_pictures(const char *expected, const char *got)
{
	cairo_surface_t *a = cairo_image_surface_create_from_png(expected),
	                *b = cairo_image_surface_create_from_png(got);
	int width = cairo_image_surface_get_width(b), height = cairo_image_surface_get_height(b);
	double worst = 0;

	if (cairo_surface_status(a) != CAIRO_STATUS_SUCCESS) fail_msg("%s is not there", expected);
	assert_int_equal(cairo_surface_status(b), CAIRO_STATUS_SUCCESS);
	assert_int_equal(cairo_image_surface_get_width(a), width);
	assert_int_equal(cairo_image_surface_get_height(a), height);
	for (int y = 0; y < height; y += BLOCK)
		for (int x = 0; x < width; x += BLOCK)
			worst = fmax(worst,
			             fabs(block_mean(cairo_image_surface_get_data(a),
			                             cairo_image_surface_get_stride(a), x, y, width, height) -
			                  block_mean(cairo_image_surface_get_data(b),
			                             cairo_image_surface_get_stride(b), x, y, width, height)));
	if (worst > BLOCK_DIFFERENCE_MAX)
		fail_msg("%s differs from %s by %.0f of 255 at its worst", got, expected, worst);
	cairo_surface_destroy(a);
	cairo_surface_destroy(b);
}

static void
compare_pages(struct vd_context *context, const struct golden *g, const char *pdf, int pages)
{
	struct vd_context ctx = *context;
	struct vd_str command, got, expected;
	char suffix[20];

	for (int page = 1; page <= pages; page++) {
		snprintf(suffix, sizeof(suffix), "-%d.png", page);
		expected = golden_path(context, g, suffix);
		assert_ok(vd_str_printf(&ctx, &got, "%s-%d.png", pdf, page));
		if (g->update) got = expected;
		assert_ok(vd_str_printf(&ctx, &command, /* pdftoppm adds ".png" by itself */
		                        "pdftoppm -r " PICTURE_DPI
		                        " -gray -png -singlefile -f %d '%s' '%.*s'",
		                        page, pdf, (int)got.len - 4, got.ptr));
		output_of(&ctx, command.ptr);
		if (!g->update) compare_pictures(expected.ptr, got.ptr);
	}
}

/* Fonts embedded and with a way back to text; tagged; language, title and author there. */
static void
check_facts(struct vd_context *context, const char *pdf, const struct message_data *data)
{
	struct vd_context ctx = *context;
	struct vd_str command, out, line, flags;

	assert_ok(vd_str_printf(&ctx, &command, "pdfinfo '%s'", pdf));
	out = output_of(&ctx, command.ptr);
	assert_true(contains(out, "Tagged:          yes"));
	assert_true(contains(out, "(A4)"));
	assert_true(contains(out, "Title:"));
	assert_true(contains(out, "Creator:         Voldaan"));
	assert_ok(vd_str_printf(&ctx, &command, "pdffonts '%s' | tail -n +3", pdf));
	out = output_of(&ctx, command.ptr);
	assert_true(contains(out, "Lato"));
	while (vd_str_cut(&out, '\n', &line)) {
		if (line.len == 0) continue;
		flags = vd_str_sub(line, line.len - 24, 24);
		if (!contains(flags, "yes yes yes"))
			fail_msg("a font is not embedded, subset or mapped: %.*s", VD_FMT(line));
	}
	assert_ok(vd_str_printf(
	    &ctx, &command,
	    "qpdf --check '%s' && qpdf --qdf --object-streams=disable '%s' - | grep -a '/Lang'", pdf,
	    pdf));
	out = output_of(&ctx, command.ptr);
	assert_ok(vd_str_printf(&ctx, &command, "/Lang (%s)", vd_language_tag(data->language)));
	assert_true(contains(out, command.ptr));
}

/* The code on the page says what message_epc_text says; without one there is no code. */
static void
check_code(struct vd_context *context, const char *pdf, const struct message_data *data)
{
	struct vd_context ctx = *context;
	struct vd_str command, out, epc;
	bool expected = message_epc_text(&ctx, data, &epc) == VD_OK;

	assert_ok(vd_str_printf(
	    &ctx, &command,
	    "pdftoppm -r 150 -gray -png '%s' '%s.scan' && "
	    "{ zbarimg -q --raw -Sdisable -Sqr.enable -Sbinary '%s'.scan*.png 2>/dev/null || true; }",
	    pdf, pdf, pdf));
	out = output_of(&ctx, command.ptr);
	assert_text(vd_str_trim(out), expected ? epc.ptr : "");
}

static void
check_case(struct vd_context *context, const struct golden *g, const struct shipped *s,
           struct message_fonts *fonts)
{
	struct vd_context ctx = *context;
	const struct message_assets assets = { .fonts = fonts,
		                                   .partials = s->templates,
		                                   .partials_count = s->count };
	const struct message_template *t;
	struct message_rendered r, again;
	struct message_data data;
	struct vd_str json, command, mail, file;
	const char *pdf;

	assert_ok(vd_file_slurp(&ctx, golden_path(&ctx, g, ".json").ptr, 1 << 20, &json));
	assert_ok(message_data_from_json(&ctx, json, &data));
	assert_ok(message_template_pick(&ctx, s->templates, s->count, &data, &t));
	if (message_render(&ctx, t, &data, &assets, MESSAGE_EMAIL | MESSAGE_LETTER, &r) != VD_OK)
		fail_msg("%.*s: %s", VD_FMT(g->name), ctx.error.detail);
	assert_ok(message_render(&ctx, t, &data, &assets, MESSAGE_LETTER, &again));
	assert_true(vd_str_eq(r.pdf, again.pdf)); /* the same bytes, for the archive's hash */
	assert_ok(vd_str_printf(&ctx, &mail, "Template: %.*s\nSubject: %.*s\n\n%.*s", VD_FMT(t->name),
	                        VD_FMT(r.subject), VD_FMT(r.text)));
	compare_text(&ctx, g, ".mail.txt", mail);
	compare_text(&ctx, g, ".html", r.html);
	assert_ok(vd_str_printf(&ctx, &file, "%.*s.pdf", VD_FMT(g->name)));
	pdf = write_file(&ctx, file.ptr, r.pdf);
	assert_ok(vd_str_printf(&ctx, &command, "pdftotext -layout '%s' -", pdf));
	compare_text(&ctx, g, ".letter.txt", output_of(&ctx, command.ptr));
	compare_pages(&ctx, g, pdf, r.pages);
	check_facts(&ctx, pdf, &data);
	if (program_is_there("zbarimg")) check_code(&ctx, pdf, &data);
}

static void
test_golden(void **state)
{
	WITH_CONTEXT(64 << 20);
	VD_AUTO_FONTS *fonts = NULL;
	struct golden g = { .update = getenv("UPDATE_GOLDEN") != NULL };
	struct shipped s = shipped_templates(&ctx);
	struct vd_str *files;
	size_t count;
	int done = 0;

	(void)state;
	if (!fonts_are_there() || !program_is_there("pdftotext") || !program_is_there("qpdf")) skip();
	g.folder = golden_folder(&ctx);
	assert_ok(message_fonts_open(&ctx, FONT_DIR, &fonts));
	assert_ok(vd_file_list(&ctx, g.folder.ptr, 1000, &files, &count));
	for (size_t i = 0; i < count; i++) {
		struct vd_arena_mark mark = vd_arena_mark(&arena);

		if (!vd_str_ends(files[i], VD_STR(".json"))) continue;
		g.name = vd_str_sub(files[i], 0, files[i].len - 5);
		check_case(&ctx, &g, &s, fonts);
		vd_arena_rewind(&arena, mark);
		done++;
	}
	print_message("%d letters and mails compared\n", done);
	assert_true(done >= 12);
}

/* --- the rest --------------------------------------------------------------------------------- */

static struct message_template
letter_template(void)
{
	struct message_template t = { .name = VD_STR("proef.nl") };

	t.text = VD_STR(
	    "---\nsubject: Proef {{total}}\n---\n# Kop\n\nGeachte {{debtor.name}},\n\n- een [hier](https://x.example)\n- twee\n\n"
	    "[[items]]\n\n[[payment]]\n\n---\n\nMet *vriendelijke* groet,\n\n{{creditor.name}}");
	return t;
}

static struct vd_str
letter_text(struct vd_context *context, struct vd_str pdf)
{
	struct vd_context ctx = *context;
	struct vd_str command;

	assert_ok(vd_str_printf(&ctx, &command, "pdftotext -layout '%s' -",
	                        write_file(&ctx, "other.pdf", pdf)));
	return output_of(&ctx, command.ptr);
}

static void
test_many_items(void **state)
{
	WITH_CONTEXT(256 << 20);
	struct message_template t = letter_template();
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_assets assets = { .font_dir = FONT_DIR };
	struct message_rendered r;
	struct vd_str text;
	char number[60];

	(void)state;
	if (!fonts_are_there()) skip();
	data.items = vd_new_n(&ctx, struct message_item, MESSAGE_ITEMS_MAX);
	data.items_count = MESSAGE_ITEMS_MAX;
	data.total_minor = data.credits_minor = 0;
	for (size_t i = 0; i < data.items_count; i++) {
		assert_ok(vd_str_printf(&ctx, &data.items[i].number, "N%04zu", i));
		data.items[i].line = 1;
		data.items[i].issued_on = data.items[i].due_on = data.today;
		data.items[i].credit = i % 10 == 9;
		data.items[i].amount_minor = data.items[i].open_minor = 100 + (int64_t)i;
		if (data.items[i].credit) data.credits_minor += data.items[i].open_minor;
		data.total_minor +=
		    data.items[i].credit ? -data.items[i].open_minor : data.items[i].open_minor;
	}
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
	assert_true(r.pages > 40 && r.pages < 100);
	text = letter_text(&ctx, r.pdf);
	for (size_t i = 0; i < data.items_count; i += 37) {
		snprintf(number, sizeof(number), "N%04zu", i);
		if (!contains(text, number)) fail_msg("item %s is not in the letter", number);
	}
	snprintf(number, sizeof(number), "Pagina %d van %d", r.pages, r.pages);
	assert_true(contains(text, number));
}

/* The widest amounts there are stay whole, beside a long number and a description. */
static void
test_huge_amounts(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct message_template t = letter_template();
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_assets assets = { .font_dir = FONT_DIR };
	struct message_rendered r;
	struct vd_str text;

	(void)state;
	if (!fonts_are_there()) skip();
	data.items_count = 2;
	data.items[0].number = VD_STR("FACTUUR-2026-000000000000000000123456");
	data.items[0].amount_minor = INT64_C(4600000000000000000);
	data.items[0].open_minor = INT64_C(4500000000000000000);
	data.items[1].amount_minor = data.items[1].open_minor = INT64_C(4600000000000000000);
	data.credits_minor = 0;
	data.total_minor = INT64_C(9100000000000000000);
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
	text = letter_text(&ctx, r.pdf);
	assert_true(contains(text, "45.000.000.000.000.000,00"));
	assert_true(contains(text, "46.000.000.000.000.000,00"));
	assert_true(contains(text, "91.000.000.000.000.000,00"));
	assert_true(contains(text, "Onderhoud"));
}

/* A German debtor for whom there is only English gets it all in English. */
static void
test_one_language_throughout(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct shipped s = shipped_templates(&ctx);
	struct message_data data = sample(&ctx, VD_LANG_DE);
	struct message_assets assets = { .font_dir = FONT_DIR };
	const struct message_template *t;
	struct message_rendered r;

	(void)state;
	if (!fonts_are_there()) skip();
	data.template = VD_STR("dunning_letter");
	data.items_count = 0;
	assert_ok(message_template_pick(&ctx, s.templates, s.count, &data, &t));
	assert_text(t->name, "dunning_letter.en");
	data.template = VD_STR("statement");
	assert_ok(message_template_pick(&ctx, s.templates, s.count, &data, &t));
	assert_ok(message_render(&ctx, t, &data, &assets, MESSAGE_EMAIL | MESSAGE_LETTER, &r));
	assert_true(contains(r.html, "<html lang=\"en\">"));
	assert_true(contains(r.text, "22 November 2026"));
	assert_true(contains(letter_text(&ctx, r.pdf), "20 November 2026 are included"));
	assert_false(contains(r.text, "Dezember"));
}

static void
test_window_at_the_right(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct message_template t = letter_template();
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_assets assets = { .font_dir = FONT_DIR, .window = MESSAGE_WINDOW_RIGHT };
	struct message_rendered r;
	struct vd_str command, out;

	(void)state;
	if (!fonts_are_there()) skip();
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
	/* 120 mm is 340 points, 45 to 80 mm is 128 to 227 */
	assert_ok(vd_str_printf(&ctx, &command, "pdftotext -x 340 -y 128 -W 250 -H 99 -layout '%s' -",
	                        write_file(&ctx, "right.pdf", r.pdf)));
	out = output_of(&ctx, command.ptr);
	assert_true(contains(out, "Bakkerij De Proef"));
	assert_true(contains(out, "1234 AB"));
	assert_false(contains(out, "Datum"));
}

static const struct {
	const char *text, *key; /* NULL: taken, and the text on the page is: */
	const char *seen;
} glyphs[] = {
	{ "Łódź ș ț Ž ğ ĳ ŉ ẞ", NULL, "Łódź ș ț Ž ğ" },
	{ "Ελληνικά Кириллица", NULL, "Ελληνικά Кириллица" },
	{ "kaart \xF0\x9F\x9A\x80 \xE2\x98\x83 einde", NULL, "kaart einde" },
	{ "日本", "letter.no_glyph", NULL },
	{ "שלום", "letter.no_glyph", NULL },
};

static void
test_characters_without_glyph(void **state)
{
	(void)state;
	if (!fonts_are_there()) skip();
	for (size_t i = 0; i < VD_LENGTH(glyphs); i++) {
		WITH_CONTEXT(32 << 20);
		struct message_template t = letter_template();
		struct message_data data = sample(&ctx, VD_LANG_NL);
		struct message_assets assets = { .font_dir = FONT_DIR };
		struct message_rendered r;

		data.debtor.name = vd_str_c(glyphs[i].text);
		if (glyphs[i].key != NULL) {
			assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r),
			               VD_E_INVALID, glyphs[i].key);
			assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_EMAIL,
			                         &r)); /* a mail can say it */
			continue;
		}
		assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
		assert_true(contains(letter_text(&ctx, r.pdf), glyphs[i].seen));
	}
}

/* A PNG of one colour, made by cairo. */
static cairo_status_t
collect(void *closure, const unsigned char *data, unsigned length)
{
	vd_buf_add(closure, (struct vd_str){ (const char *)data, length });
	return CAIRO_STATUS_SUCCESS;
}

static struct vd_str
make_png(struct vd_context *ctx, cairo_format_t format, int width, int height)
{
	struct vd_buf b = VD_BUF(ctx, 4 << 20);
	cairo_surface_t *s = cairo_image_surface_create(format, width, height);

	assert_int_equal(cairo_surface_write_to_png_stream(s, collect, &b), CAIRO_STATUS_SUCCESS);
	cairo_surface_destroy(s);
	return vd_buf_str(&b);
}

static void
test_logo(void **state)
{
	WITH_CONTEXT(64 << 20);
	struct message_template t = letter_template();
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_assets assets = { .font_dir = FONT_DIR };
	struct message_rendered r;
	struct vd_str png = make_png(&ctx, CAIRO_FORMAT_ARGB32, 300, 100), command, out;

	(void)state;
	if (!fonts_are_there()) skip();
	assets.logo_png = png;
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
	assert_ok(vd_str_printf(&ctx, &command,
	                        "qpdf --qdf --object-streams=disable '%s' - | grep -a '/Alt'",
	                        write_file(&ctx, "logo.pdf", r.pdf)));
	out = output_of(&ctx, command.ptr);
	assert_true(contains(out, "Voorbeeld Techniek B.V."));
	assert_true(contains(out, "QR-code met de betaalgegevens"));
	assets.logo_png = make_png(&ctx, CAIRO_FORMAT_RGB24, 10, 3000);
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r));
	assets.logo_png = make_png(&ctx, CAIRO_FORMAT_A1, 4001, 1);
	assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r), VD_E_LIMIT,
	               "letter.logo");
	assets.logo_png = VD_STR("GIF89a............................");
	assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r), VD_E_INVALID,
	               "letter.logo");
	for (size_t n = 0; n + 13 < png.len; n += 7) { /* cut short, also inside its data */
		assets.logo_png = vd_str_sub(png, 0, n);
		assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r), VD_E_INVALID,
		               "letter.logo");
	}
}

static void
test_fonts_missing(void **state)
{
	WITH_CONTEXT(32 << 20);
	struct message_template t = letter_template();
	struct message_data data = sample(&ctx, VD_LANG_NL);
	struct message_assets assets = { .font_dir = "/nonexistent" };
	struct message_rendered r;

	(void)state;
	assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r), VD_E_IO,
	               "letter.font");
	assets.font_dir = NULL;
	assert_refused(message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r), VD_E_IO,
	               "letter.font");
	assert_ok(message_render(&ctx, &t, &data, &assets, MESSAGE_EMAIL, &r));
}

/* Each allocation of ours fails in turn: a clean failure each time, and a good letter at the end.
 */
static void
test_each_allocation_may_fail(void **state)
{
	VD_AUTO_ARENA fonts_arena = VD_ARENA(1 << 20);
	struct vd_context fonts_ctx = { .arena = &fonts_arena };
	VD_AUTO_FONTS *fonts = NULL;
	int failures = 0;

	(void)state;
	if (!fonts_are_there()) skip();
	assert_int_equal(message_fonts_open(&fonts_ctx, FONT_DIR, &fonts), VD_OK);
	for (long n = 1;; n++) {
		WITH_CONTEXT(32 << 20);
		struct message_template t = letter_template();
		struct message_data data = sample(&ctx, VD_LANG_NL);
		struct message_assets assets = { .fonts = fonts };
		struct message_rendered r;
		enum vd_status status;

		vd_fault_arm(VD_FAULT_ALLOC, n, false);
		status = message_render(&ctx, &t, &data, &assets, MESSAGE_EMAIL | MESSAGE_LETTER, &r);
		vd_fault_disarm(VD_FAULT_ALLOC);
		if (status == VD_OK) {
			assert_true(r.pdf.len > 10000);
			break;
		}
		assert_int_equal(status, VD_E_NOMEM);
		failures++;
	}
	print_message("%d places where memory can run out\n", failures);
	assert_true(failures > 5);
}

static void
test_little_memory(void **state)
{
	VD_AUTO_ARENA fonts_arena = VD_ARENA(1 << 20);
	struct vd_context fonts_ctx = { .arena = &fonts_arena };
	VD_AUTO_FONTS *fonts = NULL;

	(void)state;
	if (!fonts_are_there()) skip();
	assert_int_equal(message_fonts_open(&fonts_ctx, FONT_DIR, &fonts), VD_OK);
	for (size_t max = 64 << 10; max < 2 << 20; max += 50021) {
		WITH_CONTEXT(max);
		struct message_template t = letter_template();
		struct message_data data;
		struct message_assets assets = { .fonts = fonts };
		struct message_rendered r;
		enum vd_status status =
		    message_data_sample(&ctx, VD_LANG_NL, MESSAGE_BUSINESS, MESSAGE_NORMAL, &data);

		if (status == VD_OK) status = message_render(&ctx, &t, &data, &assets, MESSAGE_LETTER, &r);
		assert_true(status == VD_OK || status == VD_E_NOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_many_items),
		cmocka_unit_test(test_huge_amounts),
		cmocka_unit_test(test_one_language_throughout),
		cmocka_unit_test(test_window_at_the_right),
		cmocka_unit_test(test_characters_without_glyph),
		cmocka_unit_test(test_logo),
		cmocka_unit_test(test_fonts_missing),
		cmocka_unit_test(test_each_allocation_may_fail),
		cmocka_unit_test(test_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
