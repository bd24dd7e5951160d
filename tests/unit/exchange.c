/*
 * exchange.c: see exchange.h.
 */
#include "exchange.h"

#include "../../ref/package.h"
#include "harness.h"

_Static_assert(TOKEN_ROOM == EXCHANGE_TOKEN_MAX && TOKEN_LONGEST == TOKEN_MAX &&
                       NAME_LONGEST == NAME_LIMIT,
               "the package's sizes");

const struct person alice = {"alice", "REALM", "secret", "REALM\\alice"};
const struct person mallory = {"mallory", "REALM", "secret", "REALM\\mallory"};

static unsigned char *bytes_of(const char *text)
{
	return (unsigned char *)text;
}

CredHandle acquire(ULONG use, const struct person *person)
{
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		bytes_of(person->user),     (ULONG)strlen(person->user),
		bytes_of(person->domain),   (ULONG)strlen(person->domain),
		bytes_of(person->password), (ULONG)strlen(person->password),
		SEC_WINNT_AUTH_IDENTITY_ANSI};
	CredHandle credential;
	assert_int_equal(call_acquire(PACKAGE, use, &identity, &credential, NULL),
	                 SEC_E_OK);
	return credential;
}

static void peer_open(struct peer *peer, enum side side,
                      const struct person *person)
{
	memset(peer, 0, sizeof *peer);
	peer->side = side;
	peer->credential = acquire(side == INITIATOR ? SECPKG_CRED_OUTBOUND
	                                             : SECPKG_CRED_INBOUND,
	                           person);
}

void exchange_open(struct exchange *exchange, const struct person *initiator,
                   const struct person *acceptor)
{
	peer_open(&exchange->initiator, INITIATOR, initiator);
	peer_open(&exchange->acceptor, ACCEPTOR, acceptor);
}

SECURITY_STATUS peer_leg_buffers(struct peer *peer, SecBuffer in[2], SecBuffer *out)
{
	SecBufferDesc input = {SECBUFFER_VERSION, 2, in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, out};
	bool first = handle_is(&peer->context, 0, 0);
	return call_leg(&(struct leg_call){
		peer->side, &peer->credential, first ? NULL : &peer->context,
		peer->requests, &input, &peer->context, &output,
		&peer->attributes, NULL});
}

SECURITY_STATUS peer_leg(struct peer *peer, const void *bytes, size_t size)
{
	SecBuffer in[2] = {{(ULONG)size, SECBUFFER_TOKEN | SECBUFFER_READONLY,
	                    (void *)bytes},
	                   {0, SECBUFFER_EMPTY, NULL}};
	SecBuffer out = {sizeof peer->token, SECBUFFER_TOKEN, peer->token};
	SECURITY_STATUS status = peer_leg_buffers(peer, in, &out);
	if (status >= 0)
		peer->size = out.cbBuffer;
	return status;
}

SECURITY_STATUS peer_take(struct peer *peer, const struct peer *other)
{
	return peer_leg(peer, other->token, other->size);
}

SECURITY_STATUS peer_complete(struct peer *peer)
{
	SecBuffer buffer = {peer->size, SECBUFFER_TOKEN, peer->token};
	SecBufferDesc token = {SECBUFFER_VERSION, 1, &buffer};
	return call_complete(&peer->context, &token);
}

void exchange_begin(struct exchange *exchange, bool integrity, enum stage stage)
{
	struct peer *initiator = &exchange->initiator;
	struct peer *acceptor = &exchange->acceptor;
	exchange_open(exchange, &alice, &alice);
	initiator->requests = integrity ? ISC_REQ_INTEGRITY : 0;
	assert_int_equal(peer_leg(initiator, NULL, 0), SEC_I_CONTINUE_NEEDED);
	if (stage >= CHALLENGE)
		assert_int_equal(peer_take(acceptor, initiator),
		                 SEC_I_CONTINUE_NEEDED);
	if (stage >= PROOF) {
		assert_int_equal(peer_take(initiator, acceptor),
		                 integrity ? SEC_I_COMPLETE_NEEDED : SEC_E_OK);
		if (integrity)
			assert_int_equal(peer_complete(initiator), SEC_E_OK);
	}
	if (stage >= DONE)
		assert_int_equal(peer_take(acceptor, initiator), SEC_E_OK);
}

struct peer *exchange_phase(struct exchange *e, enum phase phase)
{
	exchange_begin(e, phase == WAITING,
	               phase == COMPLETE ? DONE
	               : phase == REJECTED || phase == FAILED ? PROOF : CHALLENGE);
	if (phase == WAITING) {
		assert_int_equal(peer_take(&e->initiator, &e->acceptor),
		                 SEC_I_COMPLETE_NEEDED);
		return &e->initiator;
	}
	if (phase == INCOMPLETE)
		assert_int_equal(peer_leg(&e->acceptor, e->initiator.token, 1),
		                 SEC_E_INCOMPLETE_MESSAGE);
	if (phase == REJECTED) {
		e->initiator.token[e->initiator.size - 1] ^= 1;
		assert_int_equal(peer_take(&e->acceptor, &e->initiator),
		                 SEC_E_LOGON_DENIED);
	}
	if (phase == FAILED)
		assert_int_equal(peer_leg(&e->acceptor, "noise!!!", 8),
		                 SEC_E_INVALID_TOKEN);
	return &e->acceptor;
}

void assert_name_is(PCtxtHandle context, const char *name)
{
	union attribute_place place = {0};
	assert_int_equal(call_query(context, SECPKG_ATTR_NAMES, &place), SEC_E_OK);
	assert_true(calls_text_is(place.names_a.sUserName, name));
	assert_int_equal(call_release(place.names_a.sUserName), SEC_E_OK);
}

static void peer_close(struct peer *peer)
{
	if (!handle_is(&peer->context, 0, 0))
		assert_int_equal(call_delete(&peer->context), SEC_E_OK);
	assert_int_equal(call_free(&peer->credential), SEC_E_OK);
}

void exchange_close(struct exchange *exchange)
{
	peer_close(&exchange->initiator);
	peer_close(&exchange->acceptor);
}

bool handle_is(const SecHandle *handle, ULONG_PTR lower, ULONG_PTR upper)
{
	return handle->dwLower == lower && handle->dwUpper == upper;
}
