/* A private fontconfig with the packaged family and nothing else: the same letter on every machine.
 */
#include "correspondence/fonts.h"

#include <pango/pangofc-fontmap.h>
#include <stdio.h>

#define PATH_BYTES 1024

static const char *const files[] = {
	"Lato-Regular.ttf",
	"Lato-Bold.ttf",
	"Lato-Italic.ttf",
	"Lato-BoldItalic.ttf",
};

/* Fonts in FONT_DIR/fallback, when there is such a folder, help out with scripts Lato lacks. */
static enum vd_status
load_files(struct vd_context *ctx, const char *font_dir, FcConfig *config)
{
	char path[PATH_BYTES];

	for (size_t i = 0; i < VD_LENGTH(files); i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", font_dir, files[i]);

		if (n < 0 || (size_t)n >= sizeof(path) ||
		    !FcConfigAppFontAddFile(config, (const FcChar8 *)path))
			return vd_fail(
			    ctx, VD_E_IO, "letter.font", "font_dir",
			    "the font file %s/%s of the letters cannot be read; install fonts-lato or set font_dir",
			    font_dir, files[i]);
	}
	snprintf(path, sizeof(path), "%s/fallback", font_dir);
	FcConfigAppFontAddDir(config, (const FcChar8 *)path);
	return VD_OK;
}

static bool
find_characters(struct message_fonts *f)
{
	const FcFontSet *set = FcConfigGetFonts(f->config, FcSetApplication);

	f->known = FcCharSetCreate();
	if (set == NULL || f->known == NULL) return false;
	for (int i = 0; i < set->nfont; i++) {
		FcCharSet *of_font;

		if (FcPatternGetCharSet(set->fonts[i], FC_CHARSET, 0, &of_font) != FcResultMatch)
			return false;
		if (!FcCharSetMerge(f->known, of_font, NULL)) return false;
	}
	return true;
}

/* Positions as the font designer meant them: no hinting to pixels, 72 points to the inch. */
static bool
make_context(struct message_fonts *f)
{
	cairo_font_options_t *options;

	f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (f->map == NULL) return false;
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(f->map), f->config);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72.0);
	f->pango = pango_font_map_create_context(f->map);
	if (f->pango == NULL) return false;
	options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(f->pango, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(f->pango, FALSE);
	pango_context_set_base_dir(f->pango, PANGO_DIRECTION_LTR);
	return true;
}

enum vd_status
message_fonts_open(struct vd_context *ctx, const char *font_dir, struct message_fonts **out)
{
	VD_AUTO_FONTS *f = NULL;

	*out = NULL;
	if (font_dir == NULL)
		return vd_fail(ctx, VD_E_IO, "letter.font", "font_dir",
		               "no folder with the fonts of letters is set");
	VD_NEW(ctx, f, 1);
	if ((f->config = FcConfigCreate()) == NULL) return vd_fail_memory(ctx);
	VD_TRY(load_files(ctx, font_dir, f->config));
	if (!find_characters(f) || !make_context(f)) return vd_fail_memory(ctx);
	*out = f;
	f = NULL;
	return VD_OK;
}

void
message_fonts_close(struct message_fonts **fonts)
{
	struct message_fonts *f = *fonts;

	if (f == NULL) return;
	if (f->pango != NULL) g_object_unref(f->pango);
	if (f->map != NULL) {
		pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(f->map),
		                             NULL); /* pango 1.50 keeps it else */
		g_object_unref(f->map);
	}
	if (f->known != NULL) FcCharSetDestroy(f->known);
	if (f->config != NULL) FcConfigDestroy(f->config);
	*fonts = NULL;
}
