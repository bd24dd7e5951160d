/*
 * test_abi.c: exchanges and their tokens through the functions of sspi.h.
 *
 * How to read it: whole exchanges, then tokens that are cut, forged or not this
 * exchange's, then buffers, then credentials on later legs. Each test begins with
 * an empty library and must leave it so, see abi_test.
 */
#include "exchange.h"
#include "harness.h"

#include "../../ref/package.h"

/* --- Exchanges ----------------------------------------------------------------- */

static void exchange_ends_well(void **state)
{
	struct exchange e;
	(void)state;
	for (int integrity = 0; integrity < 2; integrity++) {
		exchange_begin(&e, integrity, DONE);
		assert_holds(2, 2, 0);
		assert_int_equal(e.acceptor.size, 0);
		assert_int_equal(e.initiator.attributes,
		                 integrity ? ISC_RET_INTEGRITY : 0);
		assert_int_equal(e.acceptor.attributes,
		                 integrity ? ASC_RET_INTEGRITY : 0);
		assert_name_is(&e.initiator.context, alice.name);
		assert_name_is(&e.acceptor.context, alice.name);
		exchange_close(&e);
		assert_holds(0, 0, 0);
	}
}

static void unsealed_proof_is_refused(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_I_COMPLETE_NEEDED);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_E_INVALID_TOKEN);
	exchange_close(&e);
}

static void complete_takes_what_the_leg_put_out(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	assert_int_equal(peer_complete(&e.initiator), SEC_E_OUT_OF_SEQUENCE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_I_COMPLETE_NEEDED);
	for (size_t i = 0; i < e.initiator.size; i++) {
		e.initiator.token[i] ^= 1;
		assert_int_equal(peer_complete(&e.initiator),
		                 SEC_E_INVALID_TOKEN);
		e.initiator.token[i] ^= 1;
	}
	e.initiator.size--;
	assert_int_equal(peer_complete(&e.initiator), SEC_E_INVALID_TOKEN);
	e.initiator.size++;
	assert_int_equal(peer_complete(&e.initiator), SEC_E_OK);
	assert_int_equal(peer_complete(&e.initiator), SEC_E_OUT_OF_SEQUENCE);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator), SEC_E_OK);
	exchange_close(&e);
}

static void complete_tells_the_size(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_I_COMPLETE_NEEDED);
	SecBuffer buffer = {TOKEN_ROOM, SECBUFFER_TOKEN, e.initiator.token};
	SecBufferDesc token = {SECBUFFER_VERSION, 1, &buffer};
	assert_true(e.initiator.size < TOKEN_ROOM);
	assert_int_equal(call_complete(&e.initiator.context, &token), SEC_E_OK);
	assert_int_equal(buffer.cbBuffer, e.initiator.size);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator), SEC_E_OK);
	exchange_close(&e);
}

static void complete_needs_a_token(void **state)
{
	struct exchange e;
	SecBuffer buffers[2] = {{TOKEN_ROOM, SECBUFFER_DATA, NULL},
	                        {TOKEN_ROOM, SECBUFFER_TOKEN, NULL}};
	SecBufferDesc lists[] = {{SECBUFFER_VERSION, 1, buffers},
	                         {SECBUFFER_VERSION, 2, buffers},
	                         {SECBUFFER_VERSION, 0, buffers},
	                         {SECBUFFER_VERSION, 2, NULL},
	                         {SECBUFFER_VERSION + 1, 2, buffers}};
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_I_COMPLETE_NEEDED);
	assert_int_equal(call_complete(&e.initiator.context, NULL),
	                 SEC_E_INVALID_PARAMETER);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		assert_int_equal(call_complete(&e.initiator.context, &lists[i]),
		                 SEC_E_INVALID_PARAMETER);
	assert_int_equal(peer_complete(&e.initiator), SEC_E_OK);
	exchange_close(&e);
	assert_int_equal(peer_complete(&e.initiator), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_complete(NULL, NULL), SEC_E_INVALID_HANDLE);
}

static void wrong_identity_is_denied_for_good(void **state)
{
	struct exchange e, right;
	(void)state;
	exchange_open(&e, &mallory, &alice);
	assert_int_equal(peer_leg(&e.initiator, NULL, 0), SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor), SEC_E_OK);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_E_LOGON_DENIED);
	/* It would take this proof, were it not rejected. */
	exchange_open(&right, &alice, &alice);
	assert_int_equal(peer_leg(&right.initiator, NULL, 0),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&right.initiator, &e.acceptor), SEC_E_OK);
	assert_int_equal(peer_take(&e.acceptor, &right.initiator),
	                 SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
	exchange_close(&right);
}

/* --- Cut and forged tokens -------------------------------------------------------- */

/* The peer whose leg takes the token of a stage, and the one that put it out. */
static struct peer *taker(struct exchange *e, enum stage stage)
{
	return stage == CHALLENGE ? &e->initiator : &e->acceptor;
}

static struct peer *giver(struct exchange *e, enum stage stage)
{
	return stage == CHALLENGE ? &e->acceptor : &e->initiator;
}

/* What a leg answers that takes the token of that stage. */
static SECURITY_STATUS answer_at(enum stage stage, bool integrity)
{
	if (stage == HELLO)
		return SEC_I_CONTINUE_NEEDED;
	return stage == CHALLENGE && integrity ? SEC_I_COMPLETE_NEEDED : SEC_E_OK;
}

/* A leg with an empty buffer behind its input, which becomes `spare`. */
static SECURITY_STATUS leg_with_spare(struct peer *peer, const void *bytes,
                                      size_t size, SecBuffer *spare)
{
	SecBuffer in[2] = {{(ULONG)size, SECBUFFER_TOKEN, (void *)bytes},
	                   {7, SECBUFFER_EMPTY, NULL}};
	SecBuffer out = {TOKEN_ROOM, SECBUFFER_TOKEN, peer->token};
	SECURITY_STATUS status = peer_leg_buffers(peer, in, &out);
	*spare = in[1];
	return status;
}

static void cut_tokens_are_asked_for(void **state)
{
	struct exchange e;
	SecBuffer spare;
	(void)state;
	for (int i = 0; i < 6; i++) {
		enum stage stage = (enum stage)(i % 3);
		exchange_begin(&e, i / 3, stage);
		struct peer *from = giver(&e, stage), *to = taker(&e, stage);
		ULONG size = from->size;
		assert_true(size >= HEADER_SIZE);
		for (ULONG cut = 0; cut < size; cut++) {
			assert_int_equal(leg_with_spare(to, from->token, cut,
			                                &spare),
			                 SEC_E_INCOMPLETE_MESSAGE);
			assert_int_equal(spare.BufferType, SECBUFFER_MISSING);
			/* The size is told by the header's last bytes. */
			assert_int_equal(spare.cbBuffer,
			                 cut < HEADER_SIZE ? HEADER_SIZE - cut
			                                   : size - cut);
			assert_int_equal(handle_is(&to->context, 0, 0),
			                 stage == HELLO);
		}
		assert_int_equal(peer_take(to, from), answer_at(stage, i / 3));
		exchange_close(&e);
	}
}

static void bytes_behind_a_token_are_told(void **state)
{
	struct exchange e;
	SecBuffer spare;
	(void)state;
	for (int i = 0; i < 6; i++) {
		enum stage stage = (enum stage)(i % 3);
		unsigned char longer[TOKEN_ROOM + 200] = {0};
		exchange_begin(&e, i / 3, stage);
		struct peer *from = giver(&e, stage);
		ULONG size = from->size, behind = i < 3 ? 1 : 200;
		memcpy(longer, from->token, size);
		assert_int_equal(leg_with_spare(taker(&e, stage), longer,
		                                size + behind, &spare),
		                 answer_at(stage, i / 3));
		assert_int_equal(spare.BufferType, SECBUFFER_EXTRA);
		assert_int_equal(spare.cbBuffer, behind);
		exchange_close(&e);
	}
	/* With nothing behind it the empty buffer stays as it is. */
	exchange_begin(&e, false, HELLO);
	assert_int_equal(leg_with_spare(&e.acceptor, e.initiator.token,
	                                e.initiator.size, &spare),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(spare.BufferType, SECBUFFER_EMPTY);
	assert_int_equal(spare.cbBuffer, 7);
	exchange_close(&e);
}

/* Goes on with an exchange after that stage, whatever is answered; returns what
 * the acceptor's last leg answered. */
static SECURITY_STATUS play_on(struct exchange *e, enum stage stage)
{
	SECURITY_STATUS status = peer_take(taker(e, stage), giver(e, stage));
	if (status < 0 || stage == PROOF)
		return status;
	if (status == SEC_I_COMPLETE_NEEDED)
		assert_int_equal(peer_complete(&e->initiator), SEC_E_OK);
	return play_on(e, stage + 1);
}

/* A byte that nothing depends on: without integrity a proof has no seal. */
static bool is_spare_byte(enum stage stage, bool integrity, size_t byte)
{
	return stage == PROOF && !integrity && byte >= HEADER_SIZE + 4 &&
	       byte < TOKEN_PROOF_NAME;
}

static void flipped_bytes_are_never_accepted(void **state)
{
	static const unsigned char flips[] = {0x01, 0x02, 0x80, 0xFF};
	struct exchange e;
	(void)state;
	for (int i = 0; i < 6; i++) {
		enum stage stage = (enum stage)(i % 3);
		size_t size = HEADER_SIZE; /* of the first; then they tell */
		for (size_t k = 0; k < 4 * size; k++) {
			exchange_begin(&e, i / 3, stage);
			size = giver(&e, stage)->size;
			giver(&e, stage)->token[k / 4] ^= flips[k % 4];
			SECURITY_STATUS status = play_on(&e, stage);
			if (is_spare_byte(stage, i / 3, k / 4))
				assert_int_equal(status, SEC_E_OK);
			else
				assert_true(status < 0);
			exchange_close(&e);
		}
	}
}

static void foreign_tokens_are_refused(void **state)
{
	struct exchange old, e;
	(void)state;
	for (int integrity = 0; integrity < 2; integrity++) {
		exchange_begin(&old, integrity, DONE);
		exchange_begin(&e, integrity, CHALLENGE);
		/* A proof of another exchange, and one where a challenge belongs. */
		assert_int_equal(peer_take(&e.acceptor, &old.initiator),
		                 SEC_E_LOGON_DENIED);
		assert_int_equal(peer_take(&e.initiator, &old.initiator),
		                 SEC_E_INVALID_TOKEN);
		exchange_close(&e);
		exchange_begin(&e, integrity, HELLO);
		assert_int_equal(peer_take(&e.acceptor, &old.initiator),
		                 SEC_E_INVALID_TOKEN);
		/* The acceptor of the other one has made no context by it. */
		assert_true(handle_is(&e.acceptor.context, 0, 0));
		assert_int_equal(peer_leg(&e.acceptor, "noise!!!", 8),
		                 SEC_E_INVALID_TOKEN);
		exchange_close(&e);
		exchange_close(&old);
	}
}

static void legs_out_of_sequence_are_refused(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	/* The other side's function. */
	e.initiator.side = ACCEPTOR;
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
	exchange_begin(&e, true, CHALLENGE);
	e.acceptor.side = INITIATOR;
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
	/* While it waits for CompleteAuthToken, and once complete. */
	exchange_begin(&e, true, CHALLENGE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_I_COMPLETE_NEEDED);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_E_OUT_OF_SEQUENCE);
	assert_int_equal(peer_complete(&e.initiator), SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
	exchange_begin(&e, false, DONE);
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_E_OUT_OF_SEQUENCE);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator),
	                 SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
}

/* --- Buffers of a leg ----------------------------------------------------------------- */

/* A leg that takes the other's token, and puts its own out there. */
static SECURITY_STATUS leg_into(struct peer *peer, const struct peer *other,
                                SecBuffer *out)
{
	SecBuffer in[2] = {{3, SECBUFFER_DATA, NULL},
	                   {other->size, SECBUFFER_TOKEN, (void *)other->token}};
	return peer_leg_buffers(peer, in, out);
}

/* A leg whose output has this much room, and the size that it tells. */
static SECURITY_STATUS leg_with_room(struct peer *peer, const struct peer *other,
                                     ULONG room, ULONG *told)
{
	SecBuffer out = {room, SECBUFFER_TOKEN, room ? peer->token : NULL};
	SECURITY_STATUS status = leg_into(peer, other, &out);
	*told = out.cbBuffer;
	return status;
}

/* The least room that a leg takes, found by asking with less. */
static void assert_asks_for_room(struct peer *peer, const struct peer *other,
                                 SECURITY_STATUS in_the_end)
{
	ULONG needed, told;
	assert_int_equal(leg_with_room(peer, other, 0, &needed),
	                 SEC_E_BUFFER_TOO_SMALL);
	for (ULONG room = 0; room < needed; room++) {
		assert_int_equal(leg_with_room(peer, other, room, &told),
		                 SEC_E_BUFFER_TOO_SMALL);
		assert_int_equal(told, needed);
	}
	assert_int_equal(leg_with_room(peer, other, needed, &peer->size),
	                 in_the_end);
	assert_int_equal(peer->size, needed);
}

static void small_buffers_change_nothing(void **state)
{
	struct exchange e;
	ULONG told;
	(void)state;
	exchange_open(&e, &alice, &alice);
	assert_asks_for_room(&e.initiator, &e.acceptor, SEC_I_CONTINUE_NEEDED);
	assert_asks_for_room(&e.acceptor, &e.initiator, SEC_I_CONTINUE_NEEDED);
	assert_asks_for_room(&e.initiator, &e.acceptor, SEC_E_OK);
	/* The last leg puts out nothing, and needs no room. */
	assert_int_equal(leg_with_room(&e.acceptor, &e.initiator, 0, &told),
	                 SEC_E_OK);
	assert_int_equal(told, 0);
	assert_holds(2, 2, 0);
	exchange_close(&e);
}

/* A leg whose output the package allocates; the token is copied to the peer. */
static SECURITY_STATUS leg_allocated(struct peer *peer, const struct peer *other)
{
	SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
	peer->requests = ISC_REQ_ALLOCATE_MEMORY;
	SECURITY_STATUS status = leg_into(peer, other, &out);
	if (status < 0)
		return status;
	peer->size = out.cbBuffer;
	assert_int_equal(out.pvBuffer != NULL, out.cbBuffer > 0);
	assert_int_equal(peer->attributes,
	                 out.pvBuffer ? ISC_RET_ALLOCATED_MEMORY : 0);
	if (!out.pvBuffer)
		return status;
	memcpy(peer->token, out.pvBuffer, out.cbBuffer);
	assert_int_equal(call_release(out.pvBuffer), SEC_E_OK);
	assert_int_equal(call_release(out.pvBuffer), SEC_E_INVALID_HANDLE);
	return status;
}

static void tokens_are_allocated_on_request(void **state)
{
	struct exchange e;
	(void)state;
	exchange_open(&e, &alice, &alice);
	assert_int_equal(leg_allocated(&e.initiator, &e.acceptor),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(leg_allocated(&e.acceptor, &e.initiator),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(leg_allocated(&e.initiator, &e.acceptor), SEC_E_OK);
	assert_int_equal(leg_allocated(&e.acceptor, &e.initiator), SEC_E_OK);
	assert_int_equal(leg_allocated(&e.acceptor, &e.initiator),
	                 SEC_E_OUT_OF_SEQUENCE);
	exchange_close(&e);
}

static void legs_without_buffers_are_refused(void **state)
{
	struct exchange e;
	SecBuffer out = {TOKEN_ROOM, SECBUFFER_TOKEN, NULL};
	SecBufferDesc list = {SECBUFFER_VERSION, 1, &out};
	(void)state;
	exchange_open(&e, &alice, &alice);
	out.pvBuffer = e.initiator.token;
	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		struct peer *peer = side == INITIATOR ? &e.initiator : &e.acceptor;
		struct leg_call leg = {(enum side)side, &peer->credential, NULL,
		                       0, &list, &peer->context, NULL, NULL, NULL};
		assert_int_equal(call_leg(&leg), SEC_E_INVALID_PARAMETER);
		leg.output = &list;
		leg.new_context = NULL;
		assert_int_equal(call_leg(&leg), SEC_E_INVALID_PARAMETER);
		leg.credential = NULL;
		assert_int_equal(call_leg(&leg), SEC_E_INVALID_HANDLE);
	}
	/* An acceptor needs input. */
	struct leg_call leg = {ACCEPTOR, &e.acceptor.credential, NULL, 0, NULL,
	                       &e.acceptor.context, &list, NULL, NULL};
	assert_int_equal(call_leg(&leg), SEC_E_INVALID_PARAMETER);
	exchange_close(&e);
}

/* --- Credentials of a leg ----------------------------------------------------------------- */

static void credentials_have_directions(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, HELLO);
	CredHandle outbound = e.initiator.credential;
	CredHandle both = acquire(SECPKG_CRED_BOTH, &alice);
	struct peer peer = {.side = INITIATOR, .credential = e.acceptor.credential};
	assert_int_equal(peer_leg(&peer, NULL, 0), SEC_E_NO_CREDENTIALS);
	peer = (struct peer){.side = ACCEPTOR, .credential = outbound};
	assert_int_equal(peer_take(&peer, &e.initiator), SEC_E_NO_CREDENTIALS);
	for (int side = INITIATOR; side <= ACCEPTOR; side++) {
		peer = (struct peer){.side = (enum side)side,
		                     .credential = both};
		assert_int_equal(peer_take(&peer, &e.initiator),
		                 SEC_I_CONTINUE_NEEDED);
		assert_int_equal(call_delete(&peer.context), SEC_E_OK);
	}
	assert_int_equal(call_free(&both), SEC_E_OK);
	exchange_close(&e);
}

static void later_legs_keep_their_credential(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, CHALLENGE);
	CredHandle own = e.initiator.credential;
	CredHandle other = acquire(SECPKG_CRED_INBOUND, &mallory);
	CredHandle freed = acquire(SECPKG_CRED_OUTBOUND, &alice);
	assert_int_equal(call_free(&freed), SEC_E_OK);
	/* One that is not live is refused, and the leg can be made again ... */
	e.initiator.credential = freed;
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_E_INVALID_HANDLE);
	e.initiator.credential = e.initiator.context;
	assert_int_equal(peer_take(&e.initiator, &e.acceptor),
	                 SEC_E_INVALID_HANDLE);
	/* ... with any that is: the context goes on with its own. */
	e.initiator.credential = other;
	assert_int_equal(peer_take(&e.initiator, &e.acceptor), SEC_E_OK);
	e.initiator.credential = own;
	assert_int_equal(call_free(&other), SEC_E_OK);
	assert_int_equal(peer_take(&e.acceptor, &e.initiator), SEC_E_OK);
	assert_name_is(&e.acceptor.context, alice.name);
	exchange_close(&e);
}

/* A later leg without a credential, and without a place for the handle. It tells
 * when the context expires: never. */
static SECURITY_STATUS leg_alone(struct peer *peer, const struct peer *other)
{
	SecBuffer in = {other->size, SECBUFFER_TOKEN, (void *)other->token};
	SecBuffer out = {TOKEN_ROOM, SECBUFFER_TOKEN, peer->token};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	TimeStamp expiry = {0, 0};
	SECURITY_STATUS status = call_leg(&(struct leg_call){
		peer->side, NULL, &peer->context, 0, &input, NULL, &output,
		NULL, &expiry});
	assert_int_equal(expiry.LowPart, UINT32_MAX);
	assert_int_equal(expiry.HighPart, INT32_MAX);
	peer->size = out.cbBuffer;
	return status;
}

static void contexts_outlive_their_credentials(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, CHALLENGE);
	assert_int_equal(call_free(&e.initiator.credential), SEC_E_OK);
	assert_int_equal(call_free(&e.acceptor.credential), SEC_E_OK);
	assert_holds(2, 0, 0);
	assert_int_equal(leg_alone(&e.initiator, &e.acceptor), SEC_E_OK);
	assert_int_equal(leg_alone(&e.acceptor, &e.initiator), SEC_E_OK);
	assert_name_is(&e.acceptor.context, alice.name);
	assert_int_equal(call_delete(&e.initiator.context), SEC_E_OK);
	assert_holds(1, 0, 0);
	assert_int_equal(call_delete(&e.acceptor.context), SEC_E_OK);
}

static void dead_contexts_take_no_leg(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, CHALLENGE);
	struct peer dead = e.initiator;
	assert_int_equal(call_delete(&e.initiator.context), SEC_E_OK);
	assert_int_equal(peer_take(&dead, &e.acceptor), SEC_E_INVALID_HANDLE);
	/* Nor after somebody else has its slot. */
	e.initiator.context = (CtxtHandle){0, 0};
	assert_int_equal(peer_leg(&e.initiator, NULL, 0), SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&dead, &e.acceptor), SEC_E_INVALID_HANDLE);
	dead.side = ACCEPTOR;
	assert_int_equal(peer_take(&dead, &e.initiator), SEC_E_INVALID_HANDLE);
	exchange_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		abi_test(exchange_ends_well),
		abi_test(unsealed_proof_is_refused),
		abi_test(complete_takes_what_the_leg_put_out),
		abi_test(complete_tells_the_size),
		abi_test(complete_needs_a_token),
		abi_test(wrong_identity_is_denied_for_good),
		abi_test(cut_tokens_are_asked_for),
		abi_test(bytes_behind_a_token_are_told),
		abi_test(flipped_bytes_are_never_accepted),
		abi_test(foreign_tokens_are_refused),
		abi_test(legs_out_of_sequence_are_refused),
		abi_test(small_buffers_change_nothing),
		abi_test(tokens_are_allocated_on_request),
		abi_test(legs_without_buffers_are_refused),
		abi_test(credentials_have_directions),
		abi_test(later_legs_keep_their_credential),
		abi_test(contexts_outlive_their_credentials),
		abi_test(dead_contexts_take_no_leg),
	};
	return run_in_both_forms(tests);
}
