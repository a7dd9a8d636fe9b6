/* The freshness gate: nothing leaves on figures older than the last business day. */
#include "policy/internal.h"

static void
tell_source(struct vd_buf *b, const struct policy_source *source, bool stale)
{
	char covered[VD_DATE_TEXT];

	if (b->len > 0) vd_buf_add_char(b, ' ');
	vd_buf_addf(b, "%.*s ", VD_FMT(policy_clip(source->name, 80)));
	vd_date_format(source->covered_to, covered);
	if (stale && vd_date_is_none(source->covered_to)) vd_buf_add_c(b, "has never been read");
	else if (stale) vd_buf_addf(b, "is covered up to %s only", covered);
	if (stale && source->unmatched > 0) vd_buf_add_c(b, ", and ");
	if (source->unmatched > 0)
		vd_buf_addf(b, "has %lld entries that are not matched yet", (long long)source->unmatched);
	vd_buf_add_char(b, '.');
}

enum vd_status
policy_gate_check(struct vd_context *ctx, struct vd_str country, struct vd_date today,
                  const struct policy_source *sources, size_t count, struct policy_gate *out)
{
	struct vd_date needed = vd_working_day_before(country, today);
	struct vd_buf b = VD_BUF(ctx, 16 * 1024);
	char needed_text[VD_DATE_TEXT], bank_day[VD_DATE_TEXT];

	*out = (struct policy_gate){ .open = count > 0, .bank_day = VD_DATE_NONE };
	vd_date_format(needed, needed_text);
	for (size_t i = 0; i < count; i++) {
		struct vd_date covered = sources[i].covered_to;
		bool stale = vd_date_is_none(covered) || covered.day < needed.day;

		/* NONE is the earliest of all, so one source that was never read leaves no day */
		if (i == 0 || covered.day < out->bank_day.day) out->bank_day = covered;
		if (!stale && sources[i].unmatched <= 0) continue;
		out->open = false;
		if (b.len < 2000) tell_source(&b, &sources[i], stale);
	}
	vd_date_format(out->bank_day, bank_day);
	if (count == 0)
		vd_buf_add_c(
		    &b,
		    "No bank account or other source of settlement is known: nobody can say who has paid.");
	else if (out->open)
		vd_buf_addf(&b, "Payments up to %s are in the figures (needed: %s).", bank_day,
		            needed_text);
	else
		vd_buf_addf(&b, " Needed: everything up to the last business day, %s, read and matched.",
		            needed_text);
	return vd_buf_finish(ctx, &b, &out->reason);
}
