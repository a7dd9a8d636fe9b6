/* Ageing, summed in C from one scan. */
#include "report/ageing.h"

#include "base/list.h"
#include "q_report.h"

#include <stdlib.h>

#define NO_ROW SIZE_MAX

struct sums {
	const struct ageing_options *o;
	struct ageing_row *rows;
	size_t *next; /* another currency of the same debtor */
	size_t count, cap, next_cap;
	struct vd_map by_debtor;
	size_t last; /* row of the item before: items come debtor by debtor */
};

enum vd_status
ageing_parse_ends(struct vd_context *ctx, struct vd_str text, struct ageing_options *o)
{
	struct vd_str piece;
	int64_t days, before = 0;

	o->ends_count = 0;
	while (vd_str_cut(&text, ',', &piece)) {
		if (!vd_str_to_i64(vd_str_trim(piece), &days) || days <= before || days > 3650 ||
		    o->ends_count == AGEING_BUCKETS_MAX - 1)
			return vd_fail(
			    ctx, VD_E_INVALID, "ageing.buckets", "ageing_days",
			    "ageing buckets are rising numbers of days such as 30,60,90, at most %d of them",
			    AGEING_BUCKETS_MAX - 1);
		o->ends[o->ends_count++] = (int32_t)days;
		before = days;
	}
	return VD_OK;
}

static enum vd_status
row_of(struct vd_context *ctx, struct sums *s, int64_t debtor, struct vd_currency currency,
       struct ageing_row **out)
{
	size_t first, i = s->last;

	if (i != NO_ROW && s->rows[i].debtor == debtor &&
	    vd_currency_eq(s->rows[i].currency, currency)) {
		*out = &s->rows[i];
		return VD_OK;
	}
	first = vd_map_get(&s->by_debtor, debtor);
	for (i = first; i != NO_ROW; i = s->next[i])
		if (vd_currency_eq(s->rows[i].currency, currency)) break;
	if (i == NO_ROW) {
		VD_GROW(ctx, s->rows, s->count, s->cap);
		VD_GROW(ctx, s->next, s->count, s->next_cap);
		i = s->count++;
		s->rows[i] = (struct ageing_row){ .debtor = debtor,
			                              .currency = currency,
			                              .oldest_due_on = VD_DATE_NONE };
		s->next[i] = first;
		VD_TRY(vd_map_put(ctx, &s->by_debtor, debtor, i));
	}
	s->last = i;
	*out = &s->rows[i];
	return VD_OK;
}

static struct vd_currency
currency_of(struct vd_str text)
{
	struct vd_currency c = { { 0 } };

	for (size_t i = 0; i < 3 && i < text.len; i++) c.code[i] = text.ptr[i];
	return c;
}

static enum vd_status
add(struct vd_context *ctx, struct sums *s, int64_t debtor, struct vd_str currency,
    struct vd_str side, struct vd_date due_on, int64_t open_minor)
{
	const struct ageing_options *o = s->o;
	int32_t late = o->as_at.day - due_on.day;
	struct ageing_row *row;
	int bucket = 0;

	if (open_minor == 0) return VD_OK;
	VD_TRY(row_of(ctx, s, debtor, currency_of(currency), &row));
	if (side.ptr[0] == 'C') {
		VD_TRY(vd_minor_add(ctx, row->unallocated, -open_minor, &row->unallocated));
		return vd_minor_add(ctx, row->total, -open_minor, &row->total);
	}
	if (vd_date_is_none(row->oldest_due_on) || due_on.day < row->oldest_due_on.day)
		row->oldest_due_on = due_on;
	VD_TRY(vd_minor_add(ctx, row->total, open_minor, &row->total));
	if (late <= 0) return vd_minor_add(ctx, row->not_due, open_minor, &row->not_due);
	while (bucket < o->ends_count && late > o->ends[bucket]) bucket++;
	VD_TRY(vd_minor_add(ctx, row->overdue_total, open_minor, &row->overdue_total));
	return vd_minor_add(ctx, row->overdue[bucket], open_minor, &row->overdue[bucket]);
}

static enum vd_status
scan_now(struct vd_context *ctx, struct vd_db *db, struct sums *s)
{
	struct q_ageing_now_stream stream;
	struct q_ageing_now_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_ageing_now_open(ctx, db, &(struct q_ageing_now_in){ s->o->administration }, &stream));
	while ((status = q_ageing_now_next(ctx, &stream, &row, &more)) == VD_OK && more)
		if (row.effective_on.day <= s->o->as_at.day &&
		    (status = add(ctx, s, row.debtor, row.currency, row.side, row.due_on, row.open)) !=
		        VD_OK)
			break;
	q_ageing_now_close(&stream);
	return status;
}

static enum vd_status
scan_past(struct vd_context *ctx, struct vd_db *db, struct sums *s)
{
	struct q_ageing_past_stream stream;
	struct q_ageing_past_row row;
	enum vd_status status;
	bool more;

	VD_TRY(q_ageing_past_open(ctx, db,
	                          &(struct q_ageing_past_in){ s->o->administration, s->o->as_at,
	                                                      s->o->known },
	                          &stream));
	while ((status = q_ageing_past_next(ctx, &stream, &row, &more)) == VD_OK && more)
		if ((status = add(ctx, s, row.debtor, row.currency, row.side, row.due_on, row.open)) !=
		    VD_OK)
			break;
	q_ageing_past_close(&stream);
	return status;
}

static enum vd_status
name_rows(struct vd_context *ctx, struct vd_db *db, struct sums *s)
{
	struct q_report_debtors_stream stream;
	struct q_report_debtors_row row;
	struct vd_str number, name, segment;
	enum vd_status status;
	bool more;

	VD_TRY(q_report_debtors_open(ctx, db, &(struct q_report_debtors_in){ s->o->administration },
	                             &stream));
	while ((status = q_report_debtors_next(ctx, &stream, &row, &more)) == VD_OK && more) {
		size_t i = vd_map_get(&s->by_debtor, row.id);

		if (i == NO_ROW) continue;
		if ((status = vd_str_dup(ctx, row.number, &number)) != VD_OK ||
		    (status = vd_str_dup(ctx, row.name, &name)) != VD_OK ||
		    (status = vd_str_dup(ctx, row.segment, &segment)) != VD_OK)
			break;
		for (; i != NO_ROW; i = s->next[i]) {
			s->rows[i].number = number;
			s->rows[i].name = name;
			s->rows[i].segment = segment;
		}
	}
	q_report_debtors_close(&stream);
	return status;
}

/* ---- by segment ---- */

static enum vd_status
add_row(struct vd_context *ctx, struct ageing_row *to, const struct ageing_row *from)
{
	VD_TRY(vd_minor_add(ctx, to->not_due, from->not_due, &to->not_due));
	for (int b = 0; b < AGEING_BUCKETS_MAX; b++)
		VD_TRY(vd_minor_add(ctx, to->overdue[b], from->overdue[b], &to->overdue[b]));
	VD_TRY(vd_minor_add(ctx, to->unallocated, from->unallocated, &to->unallocated));
	VD_TRY(vd_minor_add(ctx, to->overdue_total, from->overdue_total, &to->overdue_total));
	if (!vd_date_is_none(from->oldest_due_on) &&
	    (vd_date_is_none(to->oldest_due_on) || from->oldest_due_on.day < to->oldest_due_on.day))
		to->oldest_due_on = from->oldest_due_on;
	return vd_minor_add(ctx, to->total, from->total, &to->total);
}

static int
by_segment(const void *a, const void *b)
{
	const struct ageing_row *x = a, *y = b;
	int c = vd_str_cmp(x->segment, y->segment);

	return c != 0 ? c : vd_str_cmp(vd_currency_str(&x->currency), vd_currency_str(&y->currency));
}

static enum vd_status
group_by_segment(struct vd_context *ctx, struct sums *s)
{
	size_t n = 0;

	if (s->count == 0) return VD_OK;
	qsort(s->rows, s->count, sizeof(*s->rows), by_segment);
	for (size_t i = 0; i < s->count; i++) {
		if (n > 0 && by_segment(&s->rows[n - 1], &s->rows[i]) == 0) {
			VD_TRY(add_row(ctx, &s->rows[n - 1], &s->rows[i]));
			continue;
		}
		s->rows[n] = s->rows[i];
		s->rows[n].debtor = 0;
		s->rows[n].number = s->rows[i].segment.len > 0 ? s->rows[i].segment : VD_STR("(none)");
		s->rows[n].name = VD_STR("");
		n++;
	}
	s->count = n;
	return VD_OK;
}

/* ---- order ---- */

struct keyed {
	struct ageing_row row;
	bool old;
};

static int
reversed_l(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->old != y->old) return x->old ? -1 : 1;
	if (x->row.overdue_total != y->row.overdue_total)
		return x->row.overdue_total > y->row.overdue_total ? -1 : 1;
	return vd_str_cmp(x->row.number, y->row.number);
}

static enum vd_status
put_in_order(struct vd_context *ctx, struct sums *s, struct ageing_row **out, size_t *count)
{
	struct keyed *keyed;
	size_t n = 0;

	VD_NEW(ctx, keyed, s->count);
	for (size_t i = 0; i < s->count; i++) {
		const struct ageing_row *r = &s->rows[i];

		if (r->not_due == 0 && r->overdue_total == 0 && r->unallocated == 0) continue;
		keyed[n].row = *r;
		keyed[n++].old =
		    r->overdue_total > 0 && s->o->as_at.day - r->oldest_due_on.day > AGEING_OLD_DAYS;
	}
	if (n > 0) qsort(keyed, n, sizeof(*keyed), reversed_l);
	VD_NEW(ctx, *out, n);
	for (size_t i = 0; i < n; i++) (*out)[i] = keyed[i].row;
	*count = n;
	return VD_OK;
}

enum vd_status
report_ageing(struct vd_context *ctx, struct vd_db *db, const struct ageing_options *o,
              struct ageing_row **out, size_t *count)
{
	struct sums s = { .o = o, .by_debtor = VD_MAP(ctx), .last = NO_ROW };

	VD_TRY(o->present ? scan_now(ctx, db, &s) : scan_past(ctx, db, &s));
	VD_TRY(name_rows(ctx, db, &s));
	if (o->by_segment) VD_TRY(group_by_segment(ctx, &s));
	return put_in_order(ctx, &s, out, count);
}
