/*
 * exchange.h: two peers of the package "Reference" and their exchange of tokens,
 * as a caller makes it through sspi.h.
 */
#ifndef TESTS_EXCHANGE_H
#define TESTS_EXCHANGE_H

#include "abi.h"

enum {
	TOKEN_ROOM = 80,    /* bytes in the longest token of an exchange */
	TOKEN_LONGEST = 88, /* and of all, exported contexts too */
	NAME_LONGEST = 64,  /* units in a name */
};

/** Both identities in which tests know somebody, and the name that peers with
 *  them are told. */
struct person {
	const char *user, *domain, *password, *name;
};
extern const struct person alice, mallory;

/** One side of an exchange. */
struct peer {
	enum side side;
	CredHandle credential;
	CtxtHandle context; /**< {0,0} before the first leg */
	ULONG requests, attributes;
	unsigned char token[TOKEN_ROOM]; /**< the last that it put out */
	ULONG size;
};

struct exchange {
	struct peer initiator, acceptor;
};

/** How far the exchange goes. */
enum stage {
	HELLO,     /**< the initiator has sent its first token */
	CHALLENGE, /**< the acceptor has answered */
	PROOF,     /**< the initiator has answered, and completed its token */
	DONE       /**< both contexts are complete */
};

/** Makes a credential of a person; fails the test if it cannot be made. */
CredHandle acquire(ULONG use, const struct person *person);

/** Makes credentials for two peers, one side each, and no context yet. */
void exchange_open(struct exchange *exchange, const struct person *initiator,
                   const struct person *acceptor);

/** An exchange between two peers with the identity of alice up to a stage.
 *
 *  integrity  the initiator asks for it */
void exchange_begin(struct exchange *exchange, bool integrity, enum stage stage);

/** A context's phase; a partial one may wait for CompleteAuthToken. */
enum phase { PARTIAL, WAITING, INCOMPLETE, COMPLETE, REJECTED, FAILED, PHASES };

/** An exchange of which one context is in a phase. Returns that peer: the
 *  acceptor, or where it waits for CompleteAuthToken the initiator. */
struct peer *exchange_phase(struct exchange *exchange, enum phase phase);

/** Fails the test unless a context tells this name of the initiator. */
void assert_name_is(PCtxtHandle context, const char *name);

/** Deletes both contexts, if there are any, and frees both credentials. */
void exchange_close(struct exchange *exchange);

/** A leg of a peer, on its own context or a new one, with these two input buffers
 *  and this output buffer. */
SECURITY_STATUS peer_leg_buffers(struct peer *peer, SecBuffer in[2],
                                 SecBuffer *out);

/** A leg of a peer, on its own context or a new one, with `size` bytes of input. */
SECURITY_STATUS peer_leg(struct peer *peer, const void *bytes, size_t size);

/** A leg of a peer that takes the other's last token. */
SECURITY_STATUS peer_take(struct peer *peer, const struct peer *other);

/** CompleteAuthToken on the token that the peer has put out. */
SECURITY_STATUS peer_complete(struct peer *peer);

bool handle_is(const SecHandle *handle, ULONG_PTR lower, ULONG_PTR upper);

#endif
