#ifndef CORRESPONDENCE_FONTS_H
#define CORRESPONDENCE_FONTS_H
/* The fonts of letters: files named by path, never those of the machine. */
#include "correspondence/correspondence.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#define FONTS_FAMILY "Lato"

struct message_fonts {
	FcConfig *config;
	FcCharSet *known; /* characters that some font has */
	PangoFontMap *map;
	PangoContext *pango;
};
#endif
