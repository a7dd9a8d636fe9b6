/* Mustache: the cases of the public specification (comments, delimiters, interpolation, inverted,
 * partials, sections) as facts about input and output, and the places where we are stricter. */
#include "correspondence/mustache.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
	struct vd_arena arena;
	struct vd_context ctx;
	json_t *partials;
};

struct spec {
	const char *name, *data, *template, *expected; /* expected NULL: must be refused */
	const char *partials;                          /* JSON object, or NULL */
	const char *told;                              /* part of the refusal */
};

static struct mustache_value
from_json(struct fixture *f, json_t *j, int depth)
{
	struct mustache_value v = { .kind = MUSTACHE_NONE };
	const char *key;
	json_t *child;
	size_t i = 0;

	assert_true(depth < 16);
	if (json_is_boolean(j)) return mustache_bool(json_is_true(j));
	if (json_is_string(j)) {
		assert_int_equal(vd_str_dup(&f->ctx, vd_str_c(json_string_value(j)), &v.text), VD_OK);
		return mustache_text(v.text);
	}
	if (json_is_array(j)) {
		struct mustache_value *items = vd_new_n(&f->ctx, struct mustache_value, json_array_size(j));

		json_array_foreach(j, i, child) items[i] = from_json(f, child, depth + 1);
		return mustache_list(items, json_array_size(j));
	}
	if (json_is_object(j)) {
		struct mustache_field *fields =
		    vd_new_n(&f->ctx, struct mustache_field, json_object_size(j));

		json_object_foreach(j, key, child)
		{
			assert_int_equal(vd_str_dup(&f->ctx, vd_str_c(key), &v.text), VD_OK);
			fields[i++] = (struct mustache_field){ v.text.ptr, from_json(f, child, depth + 1) };
		}
		return mustache_object(fields, i);
	}
	assert_true(json_is_null(j));
	return v;
}

static bool
find_partial(const void *user, struct vd_str name, struct vd_str *text)
{
	const struct fixture *f = user;
	char key[MUSTACHE_NAME_MAX + 1];

	memcpy(key, name.ptr, name.len);
	key[name.len] = '\0';
	*text = vd_str_c(json_string_value(json_object_get(f->partials, key)));
	return text->ptr != NULL;
}

static void
escape_html(struct vd_buf *b, struct vd_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		switch (s.ptr[i]) {
		case '&':
			vd_buf_add_c(b, "&amp;");
			break;
		case '"':
			vd_buf_add_c(b, "&quot;");
			break;
		case '<':
			vd_buf_add_c(b, "&lt;");
			break;
		case '>':
			vd_buf_add_c(b, "&gt;");
			break;
		default:
			vd_buf_add_char(b, s.ptr[i]);
		}
	}
}

static enum vd_status
render(struct fixture *f, const struct spec *s, struct vd_str *out)
{
	json_error_t error;
	json_t *data = json_loads(s->data, JSON_DECODE_ANY, &error);
	struct mustache_value root;
	struct mustache_env env = { .name = VD_STR("test"),
		                        .output_max = 1 << 20,
		                        .escape = escape_html,
		                        .partial = find_partial,
		                        .user = f };
	enum vd_status status;

	if (data == NULL) fail_msg("%s: %s in %s", s->name, error.text, s->data);
	f->partials = s->partials != NULL ? json_loads(s->partials, 0, &error) : NULL;
	if (s->partials != NULL && f->partials == NULL) fail_msg("%s: %s", s->name, error.text);
	root = from_json(f, data, 0);
	status = mustache_render(&f->ctx, vd_str_c(s->template), &root, &env, out);
	json_decref(data);
	json_decref(f->partials);
	return status;
}

static void
check_table(const struct spec *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture f = { .arena = VD_ARENA(8 << 20) };
		struct vd_str out = VD_STR("");
		enum vd_status status;

		f.ctx.arena = &f.arena;
		status = render(&f, &table[i], &out);
		if (table[i].expected != NULL && status != VD_OK)
			fail_msg("%s: refused: %s", table[i].name, f.ctx.error.detail);
		if (table[i].expected != NULL && !vd_str_eq(out, vd_str_c(table[i].expected)))
			fail_msg("%s: got [%.*s] instead of [%s]", table[i].name, VD_FMT(out),
			         table[i].expected);
		if (table[i].expected == NULL && status == VD_OK)
			fail_msg("%s: accepted, gave [%.*s]", table[i].name, VD_FMT(out));
		if (table[i].told != NULL && strstr(f.ctx.error.detail, table[i].told) == NULL)
			fail_msg("%s: the message does not say \"%s\": %s", table[i].name, table[i].told,
			         f.ctx.error.detail);
		vd_arena_release(&f.arena);
	}
	print_message("%zu cases\n", count);
}

static const struct spec comments[] = {
	{ "inline", "{}", "12345{{! Comment Block! }}67890", "1234567890", 0, 0 },
	{ "multiline", "{}", "12345{{!\n  This is a\n  multi-line comment...\n}}67890\n",
	  "1234567890\n", 0, 0 },
	{ "standalone", "{}", "Begin.\n{{! Comment Block! }}\nEnd.\n", "Begin.\nEnd.\n", 0, 0 },
	{ "indented standalone", "{}", "Begin.\n  {{! Indented Comment Block! }}\nEnd.\n",
	  "Begin.\nEnd.\n", 0, 0 },
	{ "standalone line endings", "{}", "|\r\n{{! Standalone Comment }}\r\n|", "|\r\n|", 0, 0 },
	{ "standalone without previous line", "{}", "  {{! I'm Still Standalone }}\n!", "!", 0, 0 },
	{ "standalone without newline", "{}", "!\n  {{! I'm Still Standalone }}", "!\n", 0, 0 },
	{ "multiline standalone", "{}", "Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n",
	  "Begin.\nEnd.\n", 0, 0 },
	{ "indented multiline standalone", "{}",
	  "Begin.\n  {{!\n    Something's going on here...\n  }}\nEnd.\n", "Begin.\nEnd.\n", 0, 0 },
	{ "indented inline", "{}", "  12 {{! 34 }}\n", "  12 \n", 0, 0 },
	{ "surrounding whitespace", "{}", "12345 {{! Comment Block! }} 67890", "12345  67890", 0, 0 },
	{ "variable name collision",
	  "{\"! comment\":\"1\",\"! comment \":\"2\",\"!comment\":\"3\",\"comment\":\"4\"}",
	  "comments never show: >{{! comment }}<", "comments never show: ><", 0, 0 },
};

static void
test_comments(void **state)
{
	(void)state;
	check_table(comments, VD_LENGTH(comments));
}

static const struct spec delimiters[] = {
	{ "pair behavior", "{\"text\":\"Hey!\"}", "{{=<% %>=}}(<%text%>)", "(Hey!)", 0, 0 },
	{ "special characters", "{\"text\":\"It worked!\"}", "({{=[ ]=}}[text])", "(It worked!)", 0,
	  0 },
	{ "sections", "{\"section\":true,\"data\":\"I got interpolated.\"}",
	  "[\n{{#section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|#section|\n  {{data}}\n  |data|\n|/section|\n]\n",
	  "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n", 0, 0 },
	{ "inverted sections", "{\"section\":false,\"data\":\"I got interpolated.\"}",
	  "[\n{{^section}}\n  {{data}}\n  |data|\n{{/section}}\n\n{{= | | =}}\n|^section|\n  {{data}}\n  |data|\n|/section|\n]\n",
	  "[\n  I got interpolated.\n  |data|\n\n  {{data}}\n  I got interpolated.\n]\n", 0, 0 },
	{ "partial inheritance", "{\"value\":\"yes\"}",
	  "[ {{>include}} ]\n{{= | | =}}\n[ |>include| ]\n", "[ .yes. ]\n[ .yes. ]\n",
	  "{\"include\":\".{{value}}.\"}", 0 },
	{ "post-partial behavior", "{\"value\":\"yes\"}",
	  "[ {{>include}} ]\n[ .{{value}}.  .|value|. ]\n", "[ .yes.  .yes. ]\n[ .yes.  .|value|. ]\n",
	  "{\"include\":\".{{value}}. {{= | | =}} .|value|.\"}", 0 },
	{ "surrounding whitespace", "{}", "| {{=@ @=}} |", "|  |", 0, 0 },
	{ "outlying whitespace (inline)", "{}", " | {{=@ @=}}\n", " | \n", 0, 0 },
	{ "standalone tag", "{}", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n", 0, 0 },
	{ "indented standalone tag", "{}", "Begin.\n  {{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n", 0, 0 },
	{ "standalone line endings", "{}", "|\r\n{{= @ @ =}}\r\n|", "|\r\n|", 0, 0 },
	{ "standalone without previous line", "{}", "  {{=@ @=}}\n=", "=", 0, 0 },
	{ "standalone without newline", "{}", "=\n  {{=@ @=}}", "=\n", 0, 0 },
	{ "pair with padding", "{}", "|{{= @   @ =}}|", "||", 0, 0 },
	{ "back again", "{\"a\":\"1\"}", "{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}", "1{{a}}1", 0, 0 },
	{ "one delimiter only", "{}", "{{=@=}}", NULL, 0, "not two delimiters" },
	{ "three delimiters", "{}", "{{=@ @ @=}}", NULL, 0, "not two delimiters" },
	{ "a line break in one", "{}", "{{=a b\nc=}}", NULL, 0, "not two delimiters" },
	{ "an equals sign in one", "{}", "{{=a= b=}}", NULL, 0, "not two delimiters" },
};

static void
test_delimiters(void **state)
{
	(void)state;
	check_table(delimiters, VD_LENGTH(delimiters));
}

static const struct spec interpolation[] = {
	{ "no interpolation", "{}", "Hello from {Mustache}!\n", "Hello from {Mustache}!\n", 0, 0 },
	{ "basic", "{\"subject\":\"world\"}", "Hello, {{subject}}!\n", "Hello, world!\n", 0, 0 },
	{ "no re-interpolation", "{\"template\":\"{{planet}}\",\"planet\":\"Earth\"}",
	  "{{template}}: {{planet}}", "{{planet}}: Earth", 0, 0 },
	{ "html escaping", "{\"forbidden\":\"& \\\" < >\"}", "These are safe: {{forbidden}}\n",
	  "These are safe: &amp; &quot; &lt; &gt;\n", 0, 0 },
	{ "number as text", "{\"mph\":\"85\"}", "\"{{mph}} miles an hour!\"", "\"85 miles an hour!\"",
	  0, 0 },
	{ "null", "{\"cannot\":null}", "I ({{cannot}}) be seen!", "I () be seen!", 0, 0 },
	{ "dotted names", "{\"person\":{\"name\":\"Joe\"}}",
	  "{{person.name}} == {{#person}}{{name}}{{/person}}", "Joe == Joe", 0, 0 },
	{ "dotted names, arbitrary depth",
	  "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Phil\"}}}}}}", "{{a.b.c.d.e.name}} == Phil",
	  "Phil == Phil", 0, 0 },
	{ "dotted names, initial resolution",
	  "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Phil\"}}}}},\"b\":{\"c\":{\"d\":{\"e\":{\"name\":\"Wrong\"}}}}}",
	  "{{#a}}{{b.c.d.e.name}}{{/a}} == Phil", "Phil == Phil", 0, 0 },
	{ "dotted names, context precedence", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}",
	  "{{#a}}{{b.c}}{{/a}}", NULL, 0, "b.c" },
	{ "dotted names are never single keys", "{\"a.b\":\"c\"}", "{{a.b}}", NULL, 0, "a.b" },
	{ "dotted names, no masking", "{\"a.b\":\"c\",\"a\":{\"b\":\"d\"}}", "{{a.b}}", "d", 0, 0 },
	{ "implicit iterator", "\"world\"", "Hello, {{.}}!\n", "Hello, world!\n", 0, 0 },
	{ "surrounding whitespace", "{\"string\":\"---\"}", "| {{string}} |", "| --- |", 0, 0 },
	{ "standalone keeps its line", "{\"string\":\"---\"}", "  {{string}}\n", "  ---\n", 0, 0 },
	{ "padding", "{\"string\":\"---\"}", "|{{ string }}|", "|---|", 0, 0 },
	{ "basic context miss is an error here", "{}", "I ({{cannot}}) be seen!", NULL, 0,
	  "unknown variable \"cannot\"" },
	{ "line of an unknown name", "{\"a\":\"\"}", "1\n{{a}}\n{{#a}}\n{{/a}}\n{{b}}", NULL, 0,
	  "line 5" },
	{ "broken chain", "{\"a\":{}}", "\"{{a.b.c}}\" == \"\"", NULL, 0, "a.b.c" },
	{ "broken chain resolution", "{\"a\":{\"b\":{}},\"c\":{\"name\":\"Jim\"}}", "{{a.b.c.name}}",
	  NULL, 0, "a.b.c.name" },
	{ "triple mustache", "{\"a\":\"1\"}", "{{{a}}}", NULL, 0, "unescaped" },
	{ "ampersand", "{\"a\":\"1\"}", "x\n{{&a}}", NULL, 0, "line 2: unescaped" },
	{ "ampersand with blanks", "{\"a\":\"1\"}", "{{& a }}", NULL, 0, "unescaped" },
	{ "a list is no text", "{\"a\":[\"1\"]}", "{{a}}", NULL, 0, "not a text" },
	{ "an object is no text", "{\"a\":{\"b\":\"1\"}}", "{{a}}", NULL, 0, "not a text" },
	{ "truth is no text", "{\"a\":true}", "{{a}}", NULL, 0, "not a text" },
	{ "empty name", "{}", "{{ }}", NULL, 0, "not a name" },
	{ "two words", "{}", "{{a b}}", NULL, 0, "not a name" },
	{ "dot at the end", "{}", "{{a.}}", NULL, 0, "not a name" },
	{ "two dots", "{}", "{{a..b}}", NULL, 0, "not a name" },
	{ "open tag", "{}", "a\n\n{{b", NULL, 0, "line 3: this tag is not closed" },
	{ "only the opening", "{}", "{{", NULL, 0, "not closed" },
	{ "empty template", "{}", "", "", 0, 0 },
};

static void
test_interpolation(void **state)
{
	(void)state;
	check_table(interpolation, VD_LENGTH(interpolation));
}

static const char deep[] =
    "{\"a\":{\"one\":\"1\"},\"b\":{\"two\":\"2\"},\"c\":{\"three\":\"3\",\"d\":{\"four\":\"4\",\"five\":\"5\"}}}";
static const struct spec sections[] = {
	{ "truthy", "{\"boolean\":true}", "\"{{#boolean}}This should be rendered.{{/boolean}}\"",
	  "\"This should be rendered.\"", 0, 0 },
	{ "falsey", "{\"boolean\":false}", "\"{{#boolean}}This should not be rendered.{{/boolean}}\"",
	  "\"\"", 0, 0 },
	{ "null is falsey", "{\"null\":null}", "\"{{#null}}This should not be rendered.{{/null}}\"",
	  "\"\"", 0, 0 },
	{ "context", "{\"context\":{\"name\":\"Joe\"}}", "\"{{#context}}Hi {{name}}.{{/context}}\"",
	  "\"Hi Joe.\"", 0, 0 },
	{ "parent contexts",
	  "{\"a\":\"foo\",\"b\":\"wrong\",\"sec\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}",
	  "\"{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}\"", "\"foo, bar, baz\"", 0, 0 },
	{ "variable test", "{\"foo\":\"bar\"}", "\"{{#foo}}{{.}} is {{foo}}{{/foo}}\"",
	  "\"bar is bar\"", 0, 0 },
	{ "list contexts",
	  "{\"tops\":[{\"tname\":{\"upper\":\"A\",\"lower\":\"a\"},\"middles\":[{\"mname\":\"1\",\"bottoms\":[{\"bname\":\"x\"},{\"bname\":\"y\"}]}]}]}",
	  "{{#tops}}{{#middles}}{{tname.lower}}{{mname}}.{{#bottoms}}{{tname.upper}}{{mname}}{{bname}}.{{/bottoms}}{{/middles}}{{/tops}}",
	  "a1.A1x.A1y.", 0, 0 },
	{ "deeply nested contexts", deep,
	  "{{#a}}\n{{one}}\n{{#b}}\n{{one}}{{two}}{{one}}\n{{#c}}\n{{one}}{{two}}{{three}}{{two}}{{one}}\n{{#d}}\n"
	  "{{one}}{{two}}{{three}}{{four}}{{three}}{{two}}{{one}}\n{{#five}}\n{{one}}{{two}}{{three}}{{four}}{{five}}{{four}}{{three}}{{two}}{{one}}\n"
	  "{{one}}{{two}}{{three}}{{four}}{{.}}6{{.}}{{four}}{{three}}{{two}}{{one}}\n"
	  "{{/five}}\n{{/d}}\n{{/c}}\n{{/b}}\n{{/a}}\n",
	  "1\n121\n12321\n1234321\n123454321\n12345654321\n", 0, 0 },
	{ "list", "{\"list\":[{\"item\":\"1\"},{\"item\":\"2\"},{\"item\":\"3\"}]}",
	  "\"{{#list}}{{item}}{{/list}}\"", "\"123\"", 0, 0 },
	{ "empty list", "{\"list\":[]}", "\"{{#list}}Yay lists!{{/list}}\"", "\"\"", 0, 0 },
	{ "doubled", "{\"bool\":true,\"two\":\"second\"}",
	  "{{#bool}}\n* first\n{{/bool}}\n* {{two}}\n{{#bool}}\n* third\n{{/bool}}\n",
	  "* first\n* second\n* third\n", 0, 0 },
	{ "nested (truthy)", "{\"bool\":true}", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |",
	  "| A B C D E |", 0, 0 },
	{ "nested (falsey)", "{\"bool\":false}", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |",
	  "| A  E |", 0, 0 },
	{ "context misses are errors here", "{}", "[{{#missing}}x{{/missing}}]", NULL, 0,
	  "unknown variable \"missing\"" },
	{ "implicit iterator, texts", "{\"list\":[\"a\",\"b\",\"c\"]}", "\"{{#list}}({{.}}){{/list}}\"",
	  "\"(a)(b)(c)\"", 0, 0 },
	{ "implicit iterator, escaping", "{\"list\":[\"&\",\"\\\"\",\"<\",\">\"]}",
	  "{{#list}}({{.}}){{/list}}", "(&amp;)(&quot;)(&lt;)(&gt;)", 0, 0 },
	{ "implicit iterator, lists", "{\"list\":[[\"1\",\"2\"],[\"a\",\"b\"]]}",
	  "{{#list}}({{#.}}{{.}}{{/.}}){{/list}}", "(12)(ab)", 0, 0 },
	{ "implicit iterator, root list", "[{\"value\":\"a\"},{\"value\":\"b\"}]",
	  "{{#.}}({{value}}){{/.}}", "(a)(b)", 0, 0 },
	{ "dotted names, truthy", "{\"a\":{\"b\":{\"c\":true}}}", "{{#a.b.c}}Here{{/a.b.c}}", "Here", 0,
	  0 },
	{ "dotted names, falsey", "{\"a\":{\"b\":{\"c\":false}}}", "[{{#a.b.c}}Here{{/a.b.c}}]", "[]",
	  0, 0 },
	{ "dotted names, broken chain", "{\"a\":{}}", "[{{#a.b.c}}Here{{/a.b.c}}]", NULL, 0, "a.b.c" },
	{ "surrounding whitespace", "{\"boolean\":true}", " | {{#boolean}}\t|\t{{/boolean}} | \n",
	  " | \t|\t | \n", 0, 0 },
	{ "internal whitespace", "{\"boolean\":true}",
	  " | {{#boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n", " |  \n  | \n", 0, 0 },
	{ "indented inline sections", "{\"boolean\":true}",
	  " {{#boolean}}YES{{/boolean}}\n {{#boolean}}GOOD{{/boolean}}\n", " YES\n GOOD\n", 0, 0 },
	{ "standalone lines", "{\"boolean\":true}",
	  "| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n", 0, 0 },
	{ "indented standalone lines", "{\"boolean\":true}",
	  "| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n", 0,
	  0 },
	{ "standalone line endings", "{\"boolean\":true}", "|\r\n{{#boolean}}\r\n{{/boolean}}\r\n|",
	  "|\r\n|", 0, 0 },
	{ "standalone without previous line", "{\"boolean\":true}", "  {{#boolean}}\n#{{/boolean}}\n/",
	  "#\n/", 0, 0 },
	{ "standalone without newline", "{\"boolean\":true}", "#{{#boolean}}\n/\n  {{/boolean}}",
	  "#\n/\n", 0, 0 },
	{ "padding", "{\"boolean\":true}", "|{{# boolean }}={{/ boolean }}|", "|=|", 0, 0 },
	{ "empty text is falsey here", "{\"t\":\"\"}", "[{{#t}}x{{/t}}{{^t}}y{{/t}}]", "[y]", 0, 0 },
	{ "an object is truthy", "{\"o\":{}}", "{{#o}}x{{/o}}", "x", 0, 0 },
	{ "wrong order", "{\"a\":true,\"b\":true}", "{{#a}}{{#b}}{{/a}}{{/b}}", NULL, 0,
	  "{{/a}} closes the section {{#b}}" },
	{ "never closed", "{\"a\":true}", "x\n{{#a}}\n", NULL, 0,
	  "line 2: this section is never closed" },
	{ "never opened", "{\"a\":true}", "x\n{{/a}}\n", NULL, 0, "line 2: no section is open" },
};

static void
test_sections(void **state)
{
	(void)state;
	check_table(sections, VD_LENGTH(sections));
}

static const struct spec inverted[] = {
	{ "falsey", "{\"boolean\":false}", "\"{{^boolean}}This should be rendered.{{/boolean}}\"",
	  "\"This should be rendered.\"", 0, 0 },
	{ "truthy", "{\"boolean\":true}", "\"{{^boolean}}x{{/boolean}}\"", "\"\"", 0, 0 },
	{ "null is falsey", "{\"null\":null}", "\"{{^null}}x{{/null}}\"", "\"x\"", 0, 0 },
	{ "context", "{\"context\":{\"name\":\"Joe\"}}", "\"{{^context}}Hi {{name}}.{{/context}}\"",
	  "\"\"", 0, 0 },
	{ "list", "{\"list\":[{\"n\":\"1\"}]}", "\"{{^list}}{{n}}{{/list}}\"", "\"\"", 0, 0 },
	{ "empty list", "{\"list\":[]}", "\"{{^list}}Yay lists!{{/list}}\"", "\"Yay lists!\"", 0, 0 },
	{ "doubled", "{\"bool\":false,\"two\":\"second\"}",
	  "{{^bool}}\n* first\n{{/bool}}\n* {{two}}\n{{^bool}}\n* third\n{{/bool}}\n",
	  "* first\n* second\n* third\n", 0, 0 },
	{ "nested (falsey)", "{\"bool\":false}", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |",
	  "| A B C D E |", 0, 0 },
	{ "nested (truthy)", "{\"bool\":true}", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |",
	  "| A  E |", 0, 0 },
	{ "context miss is an error here", "{}", "[{{^missing}}x{{/missing}}]", NULL, 0, "missing" },
	{ "dotted names, truthy", "{\"a\":{\"b\":{\"c\":true}}}", "[{{^a.b.c}}Not Here{{/a.b.c}}]",
	  "[]", 0, 0 },
	{ "dotted names, falsey", "{\"a\":{\"b\":{\"c\":false}}}", "[{{^a.b.c}}Not Here{{/a.b.c}}]",
	  "[Not Here]", 0, 0 },
	{ "surrounding whitespace", "{\"boolean\":false}", " | {{^boolean}}\t|\t{{/boolean}} | \n",
	  " | \t|\t | \n", 0, 0 },
	{ "internal whitespace", "{\"boolean\":false}",
	  " | {{^boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n", " |  \n  | \n", 0, 0 },
	{ "indented inline sections", "{\"boolean\":false}",
	  " {{^boolean}}NO{{/boolean}}\n {{^boolean}}WAY{{/boolean}}\n", " NO\n WAY\n", 0, 0 },
	{ "standalone lines", "{\"boolean\":false}",
	  "| This Is\n{{^boolean}}\n|\n{{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n", 0, 0 },
	{ "standalone indented lines", "{\"boolean\":false}",
	  "| This Is\n  {{^boolean}}\n|\n  {{/boolean}}\n| A Line\n", "| This Is\n|\n| A Line\n", 0,
	  0 },
	{ "standalone line endings", "{\"boolean\":false}", "|\r\n{{^boolean}}\r\n{{/boolean}}\r\n|",
	  "|\r\n|", 0, 0 },
	{ "standalone without previous line", "{\"boolean\":false}", "  {{^boolean}}\n^{{/boolean}}\n/",
	  "^\n/", 0, 0 },
	{ "standalone without newline", "{\"boolean\":false}", "^{{^boolean}}\n/\n  {{/boolean}}",
	  "^\n/\n", 0, 0 },
	{ "padding", "{\"boolean\":false}", "|{{^ boolean }}={{/ boolean }}|", "|=|", 0, 0 },
};

static void
test_inverted(void **state)
{
	(void)state;
	check_table(inverted, VD_LENGTH(inverted));
}

static const struct spec partials[] = {
	{ "basic", "{}", "\"{{>text}}\"", "\"from partial\"", "{\"text\":\"from partial\"}", 0 },
	{ "failed lookup is an error here", "{}", "\"{{>text}}\"", NULL, "{}",
	  "no partial template \"text\"" },
	{ "context", "{\"text\":\"content\"}", "\"{{>partial}}\"", "\"*content*\"",
	  "{\"partial\":\"*{{text}}*\"}", 0 },
	{ "recursion", "{\"content\":\"X\",\"nodes\":[{\"content\":\"Y\",\"nodes\":[]}]}", "{{>node}}",
	  "X<Y<>>", "{\"node\":\"{{content}}<{{#nodes}}{{>node}}{{/nodes}}>\"}", 0 },
	{ "nested", "{\"a\":\"hello\",\"b\":\"world\"}", "{{>outer}}", "*hello world!*",
	  "{\"outer\":\"*{{a}} {{>inner}}*\",\"inner\":\"{{b}}!\"}", 0 },
	{ "surrounding whitespace", "{}", "| {{>partial}} |", "| \t|\t |", "{\"partial\":\"\\t|\\t\"}",
	  0 },
	{ "inline indentation", "{\"data\":\"|\"}", "  {{data}}  {{> partial}}\n", "  |  >\n>\n",
	  "{\"partial\":\">\\n>\"}", 0 },
	{ "standalone line endings", "{}", "|\r\n{{>partial}}\r\n|", "|\r\n>|", "{\"partial\":\">\"}",
	  0 },
	{ "standalone without previous line", "{}", "  {{>partial}}\n>", "  >\n  >>",
	  "{\"partial\":\">\\n>\"}", 0 },
	{ "standalone without newline", "{}", ">\n  {{>partial}}", ">\n  >\n  >",
	  "{\"partial\":\">\\n>\"}", 0 },
	{ "standalone indentation", "{\"content\":\"<\\n->\"}", "\\\n {{>partial}}\n/\n",
	  "\\\n |\n &lt;\n-&gt;\n |\n/\n", "{\"partial\":\"|\\n{{content}}\\n|\\n\"}", 0 },
	{ "padding", "{\"boolean\":true}", "|{{> partial }}|", "|[]|", "{\"partial\":\"[]\"}", 0 },
	{ "without end", "{}", "{{>a}}", NULL, "{\"a\":\"{{>b}}\",\"b\":\"{{>a}}\"}", "without end" },
	{ "error inside names the partial", "{}", "{{>a}}", NULL, "{\"a\":\"x\\n{{y}}\"}",
	  "template a, line 2" },
};

static void
test_partials(void **state)
{
	(void)state;
	check_table(partials, VD_LENGTH(partials));
}

static enum vd_status
render_text(struct fixture *f, struct vd_str text, const char *data, size_t output_max)
{
	json_t *j = json_loads(data, JSON_DECODE_ANY, NULL);
	struct mustache_value root = from_json(f, j, 0);
	struct mustache_env env = { .name = VD_STR("limits"), .output_max = output_max };
	struct vd_str out;
	enum vd_status status = mustache_render(&f->ctx, text, &root, &env, &out);

	json_decref(j);
	return status;
}

static struct vd_str
repeat(struct fixture *f, const char *a, size_t times, const char *b)
{
	struct vd_buf buf = VD_BUF(&f->ctx, 1 << 20);

	for (size_t i = 0; i < times; i++) vd_buf_add_c(&buf, a);
	for (size_t i = 0; i < times; i++) vd_buf_add_c(&buf, b);
	return vd_buf_str(&buf);
}

static void
test_limits(void **state)
{
	struct fixture f = { .arena = VD_ARENA(64 << 20) };
	static const char thousand[] =
	    "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}";

	(void)state;
	f.ctx.arena = &f.arena;
	assert_int_equal(render_text(&f, repeat(&f, "x", MUSTACHE_TEMPLATE_MAX, ""), "{}", 1 << 20),
	                 VD_OK);
	assert_int_equal(render_text(&f, repeat(&f, "x", MUSTACHE_TEMPLATE_MAX + 1, ""), "{}", 1 << 20),
	                 VD_E_LIMIT);
	assert_int_equal(render_text(&f, repeat(&f, "{{#a}}", 10, "{{/a}}"), "{\"a\":true}", 100),
	                 VD_OK);
	assert_int_equal(render_text(&f, repeat(&f, "{{#a}}", MUSTACHE_DEPTH_MAX + 1, "{{/a}}"),
	                             "{\"a\":true}", 100),
	                 VD_E_LIMIT);
	assert_int_equal(render_text(&f, repeat(&f, "{{a}}.", MUSTACHE_NODES_MAX / 2, ""),
	                             "{\"a\":\"\"}", 1 << 20),
	                 VD_OK);
	assert_int_equal(render_text(&f, repeat(&f, "{{a}}.", MUSTACHE_NODES_MAX / 2 + 1, ""),
	                             "{\"a\":\"\"}", 1 << 20),
	                 VD_E_LIMIT);
	assert_int_equal(render_text(&f, vd_str_c("{{#l}}{{.}}{{/l}}"), "{\"l\":[\"aaaa\",\"bbbb\"]}",
	                             8),
	                 VD_OK);
	assert_int_equal(render_text(&f, vd_str_c("{{#l}}{{.}}{{/l}}"), "{\"l\":[\"aaaa\",\"bbbbc\"]}",
	                             8),
	                 VD_E_LIMIT);
	/* much work without any output */
	assert_int_equal(render_text(&f, vd_str_c(thousand),
	                             "{\"l\":[true,true,true,true,true,true,true,true,true,true]}",
	                             100),
	                 VD_E_LIMIT);
	vd_arena_release(&f.arena);
}

/* Every single byte of hostile text is either taken or refused, never more. */
static void
test_hostile_text(void **state)
{
	static const char *const pieces[] = { "{{",  "}}",   "{{#a}}", "{{/a}}", "{{^a}}",      "{{=",
		                                  "=}}", "\n",   " ",      "{{!",    "{{>a}}",      "x",
		                                  "{",   "}",    "{{.}}",  "\r\n",   "{{=<% %>=}}", "<%",
		                                  "%>",  "\xff", "{{a.a}}" };
	unsigned seed = 12345;
	int taken = 0;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct fixture f = { .arena = VD_ARENA(8 << 20) };
		struct vd_buf b;

		f.ctx.arena = &f.arena;
		b = VD_BUF(&f.ctx, 4096);
		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245u + 12345u;
			vd_buf_add_c(&b, pieces[(seed >> 16) % VD_LENGTH(pieces)]);
		}
		if (render_text(&f, vd_buf_str(&b), "{\"a\":{\"a\":\"t\"}}", 4096) == VD_OK) taken++;
		else assert_true(f.ctx.error.detail[0] != '\0');
		vd_arena_release(&f.arena);
	}
	assert_true(taken > 0 && taken < 4000);
}

static void
test_check_walks_every_branch(void **state)
{
	struct fixture f = { .arena = VD_ARENA(8 << 20) };
	const struct mustache_field fields[] = { { "no", mustache_bool(false) },
		                                     { "none", mustache_text(VD_STR_NONE) } };
	struct mustache_value root = mustache_object(fields, VD_LENGTH(fields));
	struct mustache_env env = { .name = VD_STR("t"), .output_max = 1000 };
	struct vd_str out;

	(void)state;
	f.ctx.arena = &f.arena;
	assert_int_equal(mustache_render(&f.ctx, VD_STR("{{#no}}{{typo}}{{/no}}"), &root, &env, &out),
	                 VD_OK);
	assert_int_equal(mustache_check(&f.ctx, VD_STR("{{#no}}{{typo}}{{/no}}"), &root, &env),
	                 VD_E_INVALID);
	assert_int_equal(mustache_check(&f.ctx, VD_STR("{{#no}}{{#none}}{{typo}}{{/none}}{{/no}}"),
	                                &root, &env),
	                 VD_E_INVALID);
	assert_int_equal(mustache_check(&f.ctx, VD_STR("{{^no}}{{no}}{{/no}}"), &root, &env),
	                 VD_E_INVALID);
	assert_int_equal(mustache_check(&f.ctx, VD_STR("{{#no}}{{none}}{{/no}}"), &root, &env), VD_OK);
	env.first_line = 7;
	assert_int_equal(mustache_check(&f.ctx, VD_STR("\n{{typo}}"), &root, &env), VD_E_INVALID);
	assert_non_null(strstr(f.ctx.error.detail, "line 8"));
	vd_arena_release(&f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_interpolation),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_inverted),
		cmocka_unit_test(test_partials),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_check_walks_every_branch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
