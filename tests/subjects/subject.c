/*
 * subject.c: the program sechandle-subject: an implementation of SSPI as a subject, which
 * reads scripts and writes traces, as specs/subjects.md has it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "credentials.h"
#include "load.h"
#include "overlap.h"
#ifndef _WIN32
#include "reference.h"
#endif
#include "serve.h"

static const char help[] =
	"Usage: sechandle-subject [OPTION...]\n"
	"Carry out the scripts that come on standard input against an implementation of\n"
	"SSPI, and write their traces to standard output, for `sechandle judge` and\n"
	"`sechandle check -`. Without --sspi it is the platform's own, or else the\n"
	"reference, which alone is counted.\n"
	"\n"
	"  -s, --sspi=LIBRARY      load the shared LIBRARY, a path or a name that the loader\n"
	"                          finds, and take the table of functions that its\n"
	"                          InitSecurityInterfaceA tells, or else its\n"
	"                          InitSecurityInterfaceExA\n"
	"  -e, --exports           take each function by its exported name instead\n"
	"  -w, --wide              take the functions and the table whose names end in W\n"
	"  -p, --package=NAME      the security package (Reference; on Windows NTLM)\n"
	"      --client            the package has clients alone and knows no user, as Wine's\n"
	"                          Schannel: a credential for both directions is an outbound\n"
	"                          one, and no credential has an identity\n"
	"  -c, --credentials=FILE  the identity that is known: FILE has three lines, a user,\n"
	"                          a domain and a password. Without it they are those of\n"
	"                          SECHANDLE_USER, SECHANDLE_DOMAIN and SECHANDLE_PASSWORD\n"
	"  -h, --help              show this and exit\n"
	"\n"
	"The script is carried out line by line. If it begins with a line\n"
	"`# scenario BYTES`, that many bytes are a script, and others may follow in the same\n"
	"way; each is followed by a line that tells how it ended. What the implementation\n"
	"prints goes to standard error.\n"
	"\n"
	"Exit codes: 0 done, whatever was answered; 2 wrong usage, a LIBRARY that cannot be\n"
	"driven, a FILE that cannot be read, a faulty script, or one whose process ended\n"
	"between two calls; 3 on Windows, an exception ended the scenario and this process.\n";

struct arguments {
	struct way way;
	const char *package, *credentials;
	bool client;
};

static _Noreturn void refuse(const char *where, const char *cause)
{
	fprintf(stderr, "sechandle-subject: %s: %s\n", where, cause);
	exit(SUBJECT_TROUBLE);
}

/* --- Credentials ------------------------------------------------------------------------ */

/* Reads a line of a file; never NULL. */
static const char *line_of(FILE *file, const char *path, char *line, int size)
{
	if (!fgets(line, size, file))
		refuse(path, "too short, expected three lines: a user, a domain and a "
		             "password");
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static struct driver_identity read_credentials(const char *path)
{
	static char user[256], domain[256], password[256];
	struct driver_identity who;
	FILE *file = fopen(path, "r");
	if (!file)
		refuse(path, strerror(errno));
	who.user = line_of(file, path, user, sizeof user);
	who.domain = line_of(file, path, domain, sizeof domain);
	who.password = line_of(file, path, password, sizeof password);
	fclose(file);
	return who;
}

/* --- What is driven ---------------------------------------------------------------------- */

/* What is driven if no library is named. Its package is driven if none is named. */
static struct subject platform_own(void)
{
#ifdef _WIN32
	return (struct subject){.name = "secur32.dll",
	                        .setup = {.table = InitSecurityInterfaceA(),
	                                  .package = "NTLM"}};
#else
	return (struct subject){.name = "sechandle, the reference",
	                        .setup = reference_setup(NULL)};
#endif
}

/* The last part of a path. */
static const char *base(const char *path)
{
	const char *name = path;
	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			name = path + 1;
	return name;
}

/* The version that stands in a file's name, as in libwinpr2.so.2.11.7; or "". */
static const char *version(const char *path)
{
	const char *found = strstr(base(path), ".so.");
	return found ? found + strlen(".so.") : "";
}

static void choose(struct subject *subject, const struct arguments *arguments)
{
	static char file[PLATFORM_PATH];
	const struct way *way = &arguments->way;
	void *function;
	*subject = platform_own();
	if (way->library) {
		subject->name = base(way->library);
		subject->setup.count = NULL; /* that would count the reference */
		subject->setup.table = load(way);
		if (!subject->setup.table)
			exit(SUBJECT_TROUBLE);
	}
	memcpy(&function, &subject->setup.table->DeleteSecurityContext,
	       sizeof function);
	platform_file(function, file);
	subject->path = file;
	subject->version = version(file);
	subject->setup.table =
		credentials_table(subject->setup.table, arguments->client);
	if (arguments->package)
		subject->setup.package = arguments->package;
	subject->setup.known = arguments->credentials
	                               ? read_credentials(arguments->credentials)
	                               : serve_known();
	subject->setup.unknown = driver_unknown;
	subject->overlap = overlap_calls;
}

/* --- Command line ------------------------------------------------------------------------ */

static struct arguments parse(int argc, char **argv)
{
	static const struct option options[] = {
		{"sspi", required_argument, NULL, 's'},
		{"package", required_argument, NULL, 'p'},
		{"exports", no_argument, NULL, 'e'},
		{"wide", no_argument, NULL, 'w'},
		{"credentials", required_argument, NULL, 'c'},
		{"client", no_argument, NULL, 'C'},
		{"help", no_argument, NULL, 'h'},
		{0}};
	struct arguments arguments = {.package = NULL};
	int key;
	while ((key = getopt_long(argc, argv, "s:p:ewc:h", options, NULL)) != -1)
		switch (key) {
		case 's': arguments.way.library = optarg; break;
		case 'p': arguments.package = optarg; break;
		case 'e': arguments.way.exports = true; break;
		case 'w': arguments.way.wide = true; break;
		case 'c': arguments.credentials = optarg; break;
		case 'C': arguments.client = true; break;
		case 'h': fputs(help, stdout); exit(0);
		default: exit(SUBJECT_TROUBLE); /* getopt told why */
		}
	if (optind < argc)
		refuse(argv[optind], "an argument, expected options alone: scripts are "
		                     "read from standard input");
	if (!arguments.way.library && (arguments.way.exports || arguments.way.wide))
		refuse("--exports or --wide", "there is no --sspi");
	return arguments;
}

int main(int argc, char **argv)
{
	struct arguments arguments = parse(argc, argv);
	FILE *out = platform_output();
	struct subject subject;
	choose(&subject, &arguments);
	return serve(&subject, out) ? 0 : SUBJECT_TROUBLE;
}
