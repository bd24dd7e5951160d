/*
 * exchange.c: a whole exchange of an initiator and an acceptor in one process, as
 * a program for any SSPI makes it, with every handle ended at its end.
 *
 *   cc exchange.c $(pkg-config --cflags --libs sechandle) -o exchange
 *   ./exchange [PACKAGE [--twice]]
 *
 * PACKAGE is "Reference" if it is not given. With --twice both contexts are
 * deleted a second time, which answers SEC_E_OK: by a library that keeps a pointer
 * in the handle it is a use after free. Exit status: 0 every call answered as
 * it should, 1 one did not.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sspi.h>

/** One side of the exchange, and the token that it put out last. */
struct peer {
	CredHandle credential;
	CtxtHandle context;
	bool begun;
	unsigned char bytes[4096];
	SecBuffer token;
	SecBufferDesc tokens;
};

/* Says what a call answered, and gives up at an error. */
static SECURITY_STATUS checked(const char *call, SECURITY_STATUS status)
{
	printf("%-32s 0x%08X\n", call, (unsigned)status);
	if (status < 0)
		exit(EXIT_FAILURE);
	return status;
}

static void acquire(struct peer *peer, char *package, ULONG use)
{
	unsigned char user[] = "alice", password[] = "wonderland";
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		.User = user, .UserLength = sizeof user - 1,
		.Password = password, .PasswordLength = sizeof password - 1,
		.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI};

	checked("AcquireCredentialsHandle",
	        AcquireCredentialsHandle(NULL, package, use, NULL, &identity, NULL,
	                                 NULL, &peer->credential, NULL));
}

/* A place for the token of the next leg. */
static PSecBufferDesc output(struct peer *peer)
{
	peer->token = (SecBuffer){sizeof peer->bytes, SECBUFFER_TOKEN, peer->bytes};
	peer->tokens = (SecBufferDesc){SECBUFFER_VERSION, 1, &peer->token};
	return &peer->tokens;
}

/* A token that needs it is completed before it is sent. */
static void finish_leg(struct peer *peer, SECURITY_STATUS status)
{
	peer->begun = true;
	if (status == SEC_I_COMPLETE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE)
		checked("CompleteAuthToken",
		        CompleteAuthToken(&peer->context, &peer->tokens));
}

static void initiate(struct peer *peer, PSecBufferDesc input)
{
	ULONG attributes;

	finish_leg(peer, checked("InitializeSecurityContext",
		InitializeSecurityContext(
			&peer->credential, peer->begun ? &peer->context : NULL, NULL,
			ISC_REQ_INTEGRITY, 0, SECURITY_NATIVE_DREP, input, 0,
			&peer->context, output(peer), &attributes, NULL)));
}

static void answer(struct peer *peer, PSecBufferDesc input)
{
	ULONG attributes;

	finish_leg(peer, checked("AcceptSecurityContext",
		AcceptSecurityContext(
			&peer->credential, peer->begun ? &peer->context : NULL, input,
			ASC_REQ_INTEGRITY, SECURITY_NATIVE_DREP, &peer->context,
			output(peer), &attributes, NULL)));
}

/* Tokens go to and fro until a leg puts out none. */
static void exchange(struct peer *initiator, struct peer *acceptor)
{
	PSecBufferDesc input = NULL;

	do {
		initiate(initiator, input);
		if (!initiator->token.cbBuffer)
			break;
		answer(acceptor, &initiator->tokens);
		input = &acceptor->tokens;
	} while (acceptor->token.cbBuffer);
}

/* Not every package can tell names. */
static void tell_peer(struct peer *peer)
{
	SecPkgContext_Names names = {NULL};
	SECURITY_STATUS status =
		QueryContextAttributes(&peer->context, SECPKG_ATTR_NAMES, &names);

	if (status == SEC_E_UNSUPPORTED_FUNCTION) {
		puts("the package tells no names");
		return;
	}
	checked("QueryContextAttributes", status);
	printf("the initiator is %s\n", names.sUserName);
	checked("FreeContextBuffer", FreeContextBuffer(names.sUserName));
}

int main(int argc, char **argv)
{
	static char reference[] = "Reference";
	static struct peer initiator, acceptor;
	char *package = argc > 1 ? argv[1] : reference;
	int deletes = argc > 2 && strcmp(argv[2], "--twice") == 0 ? 2 : 1;

	acquire(&initiator, package, SECPKG_CRED_OUTBOUND);
	acquire(&acceptor, package, SECPKG_CRED_INBOUND);
	exchange(&initiator, &acceptor);
	tell_peer(&acceptor);
	for (int i = 0; i < deletes; i++) {
		checked("DeleteSecurityContext", DeleteSecurityContext(&initiator.context));
		checked("DeleteSecurityContext", DeleteSecurityContext(&acceptor.context));
	}
	checked("FreeCredentialsHandle", FreeCredentialsHandle(&initiator.credential));
	checked("FreeCredentialsHandle", FreeCredentialsHandle(&acceptor.credential));
	return EXIT_SUCCESS;
}
