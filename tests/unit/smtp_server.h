#ifndef VD_TESTS_SMTP_SERVER_H
#define VD_TESTS_SMTP_SERVER_H
/* A small mail server in a thread that answers as a script says, and remembers whom it took mail
 * for. */
#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define GO   NULL
#define DROP "" /* close the connection instead of answering */

/* What the server answers; GO is the usual answer. */
struct script {
	const char *greeting, *hello, *sender, *recipient, *data, *end;
	bool drop_in_data; /* close after the first part of the message */
	int messages; /* answer 421 to MAIL after so many messages on one connection; 0 any number */
};

struct server {
	int listener, port;
	pthread_t thread;
	struct script script;
	int connections, accepted;
	char got[64 * 1024]; /* the last message as it came, dots still doubled */
	char envelope[512];
	char taken[4096]; /* RCPT lines of the messages that were answered with 250 */
};

static inline void
put(int fd, const char *text)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s\r\n", text);

	(void)!send(fd, line, (size_t)n, MSG_NOSIGNAL);
}

/* One line without its end; false at the end of the connection. */
static inline bool
line_of(FILE *in, char *line, size_t cap)
{
	size_t n;

	if (fgets(line, (int)cap, in) == NULL) return false;
	n = strlen(line);
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) line[--n] = '\0';
	return true;
}

/* True when the conversation goes on in the usual way. */
static inline bool
answer(int fd, const char *scripted, const char *usual, bool *open)
{
	if (scripted == GO) {
		put(fd, usual);
		return true;
	}
	if (scripted[0] == '\0') *open = false;
	else put(fd, scripted);
	return false;
}

static inline void
take_message(struct server *s, int fd, FILE *in, bool *open)
{
	char line[2048];
	size_t len = 0;

	while (line_of(in, line, sizeof(line))) {
		if (s->script.drop_in_data) {
			*open = false;
			return;
		}
		if (strcmp(line, ".") == 0) {
			if (answer(fd, s->script.end, "250 2.0.0 queued as 4F2A", open)) {
				s->accepted++;
				strncat(s->taken, strchr(s->envelope, '|'), 200);
			}
			return;
		}
		len += (size_t)snprintf(s->got + len, sizeof(s->got) - len, "%s\n", line);
	}
	*open = false;
}

static inline void
converse(struct server *s, int fd)
{
	FILE *in = fdopen(dup(fd), "r");
	char line[2048];
	bool open = true;
	int messages = 0;

	if (!answer(fd, s->script.greeting, "220 proef ESMTP", &open) && s->script.greeting[0] != '2')
		open = false;
	while (open && line_of(in, line, sizeof(line))) {
		if (strncmp(line, "EHLO", 4) == 0)
			answer(fd, s->script.hello, "250-proef\r\n250 SIZE 1000000", &open);
		else if (strncmp(line, "MAIL", 4) == 0) {
			snprintf(s->envelope, sizeof(s->envelope), "%.200s|", line);
			if (s->script.messages > 0 && messages == s->script.messages) {
				put(fd, "421 4.7.0 too many messages on this connection");
				open = false;
			} else answer(fd, s->script.sender, "250 2.1.0 ok", &open);
		} else if (strncmp(line, "RCPT", 4) == 0) {
			strncat(s->envelope, line, 200);
			answer(fd, s->script.recipient, "250 2.1.5 ok", &open);
		} else if (strcmp(line, "DATA") == 0) {
			if (answer(fd, s->script.data, "354 go on", &open)) {
				take_message(s, fd, in, &open);
				messages++;
			}
		} else if (strncmp(line, "QUIT", 4) == 0) {
			put(fd, "221 bye");
			open = false;
		} else put(fd, "502 5.5.1 what?");
	}
	fclose(in);
	close(fd);
}

static inline void *
serve(void *user)
{
	struct server *s = user;
	int fd;

	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		s->connections++;
		converse(s, fd);
	}
	return NULL;
}

static inline void
start(struct server *s, const struct script *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t n = sizeof(address);

	memset(s, 0, sizeof(*s));
	s->script = *script;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(s->listener, 8), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &n), 0);
	s->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static inline void
stop(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	close(s->listener);
	pthread_join(s->thread, NULL);
}
#endif
