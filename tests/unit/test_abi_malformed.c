/*
 * test_abi_malformed.c: the functions of sspi.h with parameters that no careful
 * caller passes: malformed lists of buffers, lengths that are not so, memory that
 * ends where it is said to, and the same struct in several places.
 *
 * How to read it: single faults first. Then a caller who draws every parameter by
 * lot, though every pointer points to memory that is there: nothing may crash, no
 * call may write what it must not (calls.h), and what the library counts must be
 * what its answers say.
 */
#include "exchange.h"
#include "guarded.h"
#include "harness.h"
#include "ledger.h"
#include "random.h"

/* --- Malformed lists -------------------------------------------------------------- */

/* A first leg of an initiator with these lists. */
static SECURITY_STATUS begin_with(struct peer *peer, SecBufferDesc *input,
                                  SecBufferDesc *output)
{
	struct leg_call leg = {INITIATOR, &peer->credential, NULL, 0, input,
	                       &peer->context, output, NULL, NULL};
	SECURITY_STATUS status = call_leg(&leg);
	if (status >= 0)
		assert_int_equal(call_delete(&peer->context), SEC_E_OK);
	return status;
}

/* A first leg of an acceptor with this input. */
static SECURITY_STATUS accept_with(struct peer *peer, SecBufferDesc *input)
{
	SecBuffer out = {TOKEN_ROOM, SECBUFFER_TOKEN, peer->token};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	struct leg_call leg = {ACCEPTOR, &peer->credential, NULL, 0, input,
	                       &peer->context, &output, NULL, NULL};
	SECURITY_STATUS status = call_leg(&leg);
	if (status >= 0)
		assert_int_equal(call_delete(&peer->context), SEC_E_OK);
	return status;
}

static void malformed_lists_are_refused(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, HELLO);
	SecBuffer out[2] = {{TOKEN_ROOM, SECBUFFER_DATA, e.acceptor.token},
	                    {TOKEN_ROOM, SECBUFFER_TOKEN, e.acceptor.token}};
	SecBuffer in[2] = {{0, SECBUFFER_DATA, NULL},
	                   {e.initiator.size, SECBUFFER_TOKEN, e.initiator.token}};
	SecBufferDesc malformed[][2] = {
		{{SECBUFFER_VERSION, 1, out}, {SECBUFFER_VERSION, 1, in}},
		{{SECBUFFER_VERSION, 0, out}, {SECBUFFER_VERSION, 0, in}},
		{{SECBUFFER_VERSION, 2, NULL}, {SECBUFFER_VERSION, 2, NULL}},
		{{1, 2, out}, {1, 2, in}},
		{{UINT32_MAX, 2, out}, {UINT32_MAX, 2, in}}};
	struct peer peer = {.side = INITIATOR, .credential = e.initiator.credential};
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		assert_int_equal(begin_with(&peer, NULL, &malformed[i][0]),
		                 SEC_E_INVALID_PARAMETER);
		assert_int_equal(accept_with(&e.acceptor, &malformed[i][1]),
		                 SEC_E_INVALID_PARAMETER);
	}
	/* The whole lists are well. An initiator's first input is ignored. */
	SecBufferDesc input = {SECBUFFER_VERSION, 2, in};
	SecBufferDesc output = {SECBUFFER_VERSION, 2, out};
	assert_int_equal(begin_with(&peer, &malformed[3][1], &output),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(accept_with(&e.acceptor, &input), SEC_I_CONTINUE_NEEDED);
	/* Bytes at no place. */
	in[1].pvBuffer = NULL;
	assert_int_equal(accept_with(&e.acceptor, &input),
	                 SEC_E_INVALID_PARAMETER);
	in[1].cbBuffer = 0;
	assert_int_equal(accept_with(&e.acceptor, &input),
	                 SEC_E_INCOMPLETE_MESSAGE);
	exchange_close(&e);
}

static void first_token_of_a_list_counts(void **state)
{
	struct exchange e;
	unsigned char other[TOKEN_ROOM];
	(void)state;
	exchange_begin(&e, false, HELLO);
	SecBuffer in[2] = {{e.initiator.size, SECBUFFER_TOKEN, e.initiator.token},
	                   {8, SECBUFFER_TOKEN, "noise!!!"}};
	SecBufferDesc input = {SECBUFFER_VERSION, 2, in};
	assert_int_equal(accept_with(&e.acceptor, &input), SEC_I_CONTINUE_NEEDED);
	SecBuffer swapped[2] = {in[1], in[0]};
	input.pBuffers = swapped;
	assert_int_equal(accept_with(&e.acceptor, &input), SEC_E_INVALID_TOKEN);
	SecBuffer out[2] = {{1, SECBUFFER_TOKEN, other},
	                    {TOKEN_ROOM, SECBUFFER_TOKEN, other}};
	SecBufferDesc output = {SECBUFFER_VERSION, 2, out};
	struct peer peer = {.side = INITIATOR, .credential = e.initiator.credential};
	assert_int_equal(begin_with(&peer, NULL, &output), SEC_E_BUFFER_TOO_SMALL);
	assert_int_equal(out[0].cbBuffer, e.initiator.size);
	exchange_close(&e);
}

static void attributes_of_a_buffer(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, HELLO);
	struct peer peer = {.side = INITIATOR, .credential = e.initiator.credential};
	for (uint32_t bits = 0; bits < 16; bits++) {
		ULONG type = SECBUFFER_TOKEN | bits << 28;
		SecBuffer in = {e.initiator.size, type, e.initiator.token};
		SecBuffer out = {TOKEN_ROOM, type, peer.token};
		SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
		SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
		assert_int_equal(accept_with(&e.acceptor, &input),
		                 SEC_I_CONTINUE_NEEDED);
		/* What may be written to has none. */
		assert_int_equal(begin_with(&peer, NULL, &output),
		                 bits == 0 ? SEC_I_CONTINUE_NEEDED
		                           : SEC_E_INVALID_PARAMETER);
		in.BufferType = type | 0x01000000;
		assert_int_equal(accept_with(&e.acceptor, &input),
		                 SEC_E_INVALID_PARAMETER);
	}
	exchange_close(&e);
}

/* --- Memory that ends ----------------------------------------------------------------- */

/* A guarded copy. */
static void *guarded_copy(const void *from, size_t size)
{
	return memcpy(guarded(size), from, size);
}

static void input_is_not_read_behind_its_end(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, PROOF);
	for (size_t size = 0; size <= e.initiator.size; size++) {
		SECURITY_STATUS status =
			peer_leg(&e.acceptor,
		                 guarded_copy(e.initiator.token, size), size);
		assert_int_equal(status, size < e.initiator.size
		                                 ? SEC_E_INCOMPLETE_MESSAGE
		                                 : SEC_E_OK);
	}
	exchange_close(&e);
}

static void input_is_read_as_far_as_tokens_go(void **state)
{
	static const ULONG sizes[] = {TOKEN_LONGEST, TOKEN_LONGEST + 1, 1 << 20,
	                              INT32_MAX, UINT32_MAX};
	struct exchange e;
	CtxtHandle context;
	unsigned char *bytes = guarded(TOKEN_LONGEST);
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		exchange_begin(&e, true, PROOF);
		memcpy(bytes, e.initiator.token, e.initiator.size);
		assert_int_equal(peer_leg(&e.acceptor, bytes, sizes[i]), SEC_E_OK);
		memset(bytes, 'S', TOKEN_LONGEST);
		SecBuffer packed = {sizes[i], SECBUFFER_TOKEN, bytes};
		assert_int_equal(call_import(PACKAGE, &packed, &context),
		                 SEC_E_INVALID_TOKEN);
		exchange_close(&e);
	}
}

static void output_is_not_written_behind_its_room(void **state)
{
	struct exchange e;
	(void)state;
	exchange_begin(&e, true, CHALLENGE);
	SECURITY_STATUS status = SEC_E_BUFFER_TOO_SMALL;
	ULONG room = 0;
	for (; status == SEC_E_BUFFER_TOO_SMALL; room++) {
		SecBuffer in[2] = {{e.acceptor.size, SECBUFFER_TOKEN,
		                    e.acceptor.token},
		                   {0, SECBUFFER_EMPTY, NULL}};
		SecBuffer out = {room, SECBUFFER_TOKEN, guarded(room)};
		status = peer_leg_buffers(&e.initiator, in, &out);
		if (status != SEC_I_COMPLETE_NEEDED)
			continue;
		SecBufferDesc token = {SECBUFFER_VERSION, 1, &out};
		assert_int_equal(call_complete(&e.initiator.context, &token),
		                 SEC_E_OK);
	}
	assert_int_equal(status, SEC_I_COMPLETE_NEEDED);
	assert_true(room > 1);
	exchange_close(&e);
}

static void texts_are_not_read_behind_their_end(void **state)
{
	static const char *const others[] = {"", "R", "Referenc", "Referencf"};
	CredHandle credential;
	USHORT wide[NAME_LONGEST + 1];
	unsigned char ansi[NAME_LONGEST + 1];
	(void)state;
	for (ULONG i = 0; i <= NAME_LONGEST; i++)
		wide[i] = ansi[i] = (unsigned char)('a' + i % 26);
	for (ULONG length = 0; length <= NAME_LONGEST + 1; length++) {
		unsigned char *text = guarded_copy(ansi, length);
		USHORT *wide_text = guarded_copy(wide, 2 * length);
		SEC_WINNT_AUTH_IDENTITY_A a = {text, length, NULL, 0, text, length,
		                               SEC_WINNT_AUTH_IDENTITY_ANSI};
		SEC_WINNT_AUTH_IDENTITY_W w = {wide_text, length, NULL, 0,
		                               wide_text, length,
		                               SEC_WINNT_AUTH_IDENTITY_UNICODE};
		void *identities[] = {guarded_copy(&a, sizeof a),
		                      guarded_copy(&w, sizeof w)};
		for (int i = 0; i < 2; i++) {
			SECURITY_STATUS status =
				call_acquire(PACKAGE, SECPKG_CRED_BOTH,
			                     identities[i], &credential, NULL);
			assert_int_equal(status,
			                 length == 0 ? SEC_E_NO_CREDENTIALS
			                 : length > NAME_LONGEST
			                         ? SEC_E_INVALID_PARAMETER
			                         : SEC_E_OK);
			if (status == SEC_E_OK)
				assert_int_equal(call_free(&credential), SEC_E_OK);
		}
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		SEC_CHAR *name = guarded_copy(others[i], strlen(others[i]) + 1);
		SEC_WCHAR *wide_name = guarded(2 * (strlen(others[i]) + 1));
		for (size_t k = 0; name[k]; k++)
			wide_name[k] = (SEC_WCHAR)name[k];
		PSecPkgInfoA a;
		PSecPkgInfoW w;
		assert_int_equal(QuerySecurityPackageInfoA(name, &a),
		                 SEC_E_SECPKG_NOT_FOUND);
		assert_int_equal(QuerySecurityPackageInfoW(wide_name, &w),
		                 SEC_E_SECPKG_NOT_FOUND);
	}
}

/* --- Parameters by lot ----------------------------------------------------------------- */

enum {
	CALLS = 400000, /* in each form */
	COUNT_EVERY = 64,
	HANDLES = 10, /* the first are mostly credentials */
	CREDENTIALS = 3,
	BUFFERS = 6,
	LISTS = 4,
	AREAS = 4,
	AREA_SIZE = 128,
};

/* The caller's memory, and what the library must hold by its own answers. */
struct world {
	uint64_t seed;
	SecHandle handles[HANDLES];
	SecBuffer buffers[BUFFERS];
	SecBufferDesc lists[LISTS];
	unsigned char *areas[AREAS]; /* guarded */
	union attribute_place place;
	ULONG number;
	TimeStamp time;
	struct ledger ledger;
	uint32_t completed, imported, released; /* to see that it gets that far */
};

static uint32_t draw(struct world *world, uint32_t limit)
{
	return random_below(&world->seed, limit);
}

/* --- What is drawn */

static SecHandle *draw_handle(struct world *world, bool credential)
{
	uint32_t lot = draw(world, 40);
	if (lot == 0)
		return NULL;
	if (lot == 1)
		return &world->handles[draw(world, HANDLES)];
	return credential ? &world->handles[draw(world, CREDENTIALS)]
	                  : &world->handles[CREDENTIALS +
	                                    draw(world, HANDLES - CREDENTIALS)];
}

static SecBufferDesc *draw_list(struct world *world)
{
	return draw(world, 30) ? &world->lists[draw(world, LISTS)] : NULL;
}

/* Behind every place there are as many bytes as the longest token has. */
static void *draw_memory(struct world *world)
{
	unsigned char *area = world->areas[draw(world, AREAS)];
	uint32_t lot = draw(world, 40);
	if (lot < 2)
		return lot ? NULL : area + AREA_SIZE - TOKEN_LONGEST;
	return area;
}

static ULONG draw_size(struct world *world)
{
	static const ULONG sizes[] = {0, 1, 7, 8, 12, 27, 80, 88, 89, 4096,
	                              INT32_MAX, UINT32_MAX};
	return draw(world, 3) ? TOKEN_ROOM
	                      : sizes[draw(world, sizeof sizes / sizeof *sizes)];
}

static void redraw_buffer(struct world *world)
{
	static const ULONG types[] = {
		SECBUFFER_TOKEN, SECBUFFER_TOKEN, SECBUFFER_TOKEN, SECBUFFER_EMPTY,
		SECBUFFER_TOKEN | SECBUFFER_READONLY, SECBUFFER_DATA};
	world->buffers[draw(world, BUFFERS)] =
		(SecBuffer){draw_size(world), types[draw(world, 6)],
	                    draw_memory(world)};
}

static void redraw_list(struct world *world)
{
	uint32_t first = draw(world, BUFFERS);
	world->lists[draw(world, LISTS)] = (SecBufferDesc){
		draw(world, 20) ? SECBUFFER_VERSION : draw(world, 4),
		draw(world, BUFFERS - first + 1),
		draw(world, 20) ? &world->buffers[first] : NULL};
}

/* Handles that are copied, exchanged, made up; bytes that are changed. */
static void redraw_rest(struct world *world)
{
	SecHandle *one = &world->handles[draw(world, HANDLES)];
	const SecHandle *two = &world->handles[draw(world, HANDLES)];
	switch (draw(world, 6)) {
	case 0: *one = *two; break;
	case 1: *one = (SecHandle){two->dwUpper, two->dwLower}; break;
	case 2: *one = (SecHandle){draw(world, 3), draw(world, 3)}; break;
	case 3: one->dwUpper ^= (ULONG_PTR)1 << draw(world, 32); break;
	case 4: *one = (SecHandle){SEC_DELETED_HANDLE, SEC_DELETED_HANDLE}; break;
	default:
		world->areas[draw(world, AREAS)][draw(world, AREA_SIZE)] ^=
			(unsigned char)(1u << draw(world, 8));
	}
}

/* --- Calls by lot */

static void any_leg(struct world *world)
{
	static const ULONG requests[] = {0, ISC_REQ_INTEGRITY, ASC_REQ_INTEGRITY,
	                                 ISC_REQ_ALLOCATE_MEMORY, UINT32_MAX};
	PCtxtHandle place = draw_handle(world, false);
	uint32_t lot = draw(world, 8);
	struct leg_call leg = {
		draw(world, 2) ? INITIATOR : ACCEPTOR,
		draw_handle(world, true),
		lot == 0 ? draw_handle(world, false) : lot < 5 ? place : NULL,
		requests[draw(world, sizeof requests / sizeof *requests)],
		draw_list(world),
		place,
		draw_list(world),
		draw(world, 4) ? &world->number : NULL,
		draw(world, 4) ? &world->time : NULL};
	bool allocates = leg.requests & ISC_REQ_ALLOCATE_MEMORY;
	bool first = !leg.context;
	int credential = ledger_credential(&world->ledger, leg.credential);
	SecBuffer *output = NULL;
	for (ULONG i = 0; leg.output && i < leg.output->cBuffers && !output; i++)
		if (leg.output->pBuffers &&
		    leg.output->pBuffers[i].BufferType == SECBUFFER_TOKEN)
			output = &leg.output->pBuffers[i];
	SECURITY_STATUS status = call_leg(&leg);
	if (status < 0)
		return;
	if (first)
		ledger_create(&world->ledger, *leg.new_context, credential,
		              "a leg");
	if (allocates && output->cbBuffer) {
		ledger_hand_out(&world->ledger, output->pvBuffer,
		                output->cbBuffer, "a leg");
		output->pvBuffer = memcpy(draw_memory(world) ? world->areas[0]
		                                             : world->areas[1],
		                          output->pvBuffer, output->cbBuffer);
	}
}

static void any_acquire(struct world *world)
{
	static unsigned char user[] = "user";
	SEC_WINNT_AUTH_IDENTITY_A identity = {
		draw(world, 20) ? user : NULL, draw(world, 4), NULL,
		draw(world, 20) == 0, NULL, 0,
		draw(world, 20) ? SEC_WINNT_AUTH_IDENTITY_ANSI : draw(world, 4) * 4};
	PCredHandle place = draw_handle(world, true);
	if (call_acquire(draw(world, 20) ? PACKAGE : NULL, draw(world, 5),
	                 draw(world, 2) ? &identity : NULL, place,
	                 draw(world, 2) ? &world->time : NULL) == SEC_E_OK)
		ledger_acquire(&world->ledger, *place, "an acquire");
}

static void any_free(struct world *world)
{
	PCredHandle handle = draw_handle(world, true);
	int place = draw(world, 4) ? ledger_credential(&world->ledger, handle)
	                           : (int)draw(world, LEDGER_PLACES);
	SecHandle copy = place >= 0 ? world->ledger.credentials[place].handle
	                            : (SecHandle){0, 0};
	if (place < 0 || !world->ledger.credentials[place].live) {
		assert_int_equal(call_free(place < 0 ? handle : &copy),
		                 SEC_E_INVALID_HANDLE);
		return;
	}
	assert_int_equal(call_free(&copy), SEC_E_OK);
	ledger_free(&world->ledger, place);
}

static void any_delete(struct world *world)
{
	PCtxtHandle handle = draw_handle(world, false);
	struct ledger *ledger = &world->ledger;
	if (ledger->context_count && draw(world, 2))
		handle = &ledger->contexts[draw(world, ledger->context_count)].handle;
	int place = ledger_context(ledger, handle);
	SECURITY_STATUS status = call_delete(handle);
	if (place >= 0) {
		assert_int_equal(status, SEC_E_OK);
		ledger_delete(ledger, place);
	}
}

static void any_query(struct world *world)
{
	static const ULONG attributes[] = {
		SECPKG_ATTR_SIZES, SECPKG_ATTR_NAMES, SECPKG_ATTR_LIFESPAN,
		SECPKG_ATTR_PACKAGE_INFO, SECPKG_ATTR_DCE_INFO, UINT32_MAX};
	ULONG attribute = attributes[draw(world, 6)];
	void *place = draw(world, 20) ? &world->place : NULL;
	PCtxtHandle context = draw_handle(world, false);
	SECURITY_STATUS status = call_query(context, attribute, place);
	assert_int_equal(status == SEC_E_INVALID_HANDLE,
	                 ledger_context(&world->ledger, context) < 0);
	if (status == SEC_E_OK && attribute == SECPKG_ATTR_NAMES)
		ledger_hand_out(&world->ledger, world->place.names_a.sUserName, 1,
		                "a query");
	if (status == SEC_E_OK && attribute == SECPKG_ATTR_PACKAGE_INFO)
		ledger_hand_out(&world->ledger, world->place.info_a.PackageInfo,
		                sizeof(SecPkgInfoA), "a query");
}

static void any_export(struct world *world)
{
	PCtxtHandle context = draw_handle(world, false);
	SecBuffer *packed = draw(world, 20)
	                            ? &world->buffers[draw(world, BUFFERS)] : NULL;
	ULONG flags = draw(world, 4);
	void *token;
	int place = ledger_context(&world->ledger, context);
	if (call_export(context, flags, packed, draw(world, 2) ? &token : NULL) !=
	    SEC_E_OK)
		return;
	ledger_hand_out(&world->ledger, packed->pvBuffer, packed->cbBuffer,
	                "an export");
	assert_int_equal(packed->cbBuffer, TOKEN_LONGEST);
	packed->pvBuffer =
		memcpy(world->areas[3], packed->pvBuffer, packed->cbBuffer);
	if (flags == SECPKG_CONTEXT_EXPORT_DELETE_OLD)
		ledger_delete(&world->ledger, place);
}

static void any_import(struct world *world)
{
	PCtxtHandle context = draw_handle(world, false);
	SecBuffer *packed = draw(world, 20)
	                            ? &world->buffers[draw(world, BUFFERS)] : NULL;
	if (call_import(draw(world, 20) ? PACKAGE : NULL, packed, context) !=
	    SEC_E_OK)
		return;
	ledger_create(&world->ledger, *context, -1, "an import");
	world->imported++;
}

static void any_info(struct world *world)
{
	union info info;
	ULONG *count = draw(world, 20) ? &world->number : NULL;
	SECURITY_STATUS status =
		draw(world, 2) ? call_enumerate(count, &info)
	                       : call_package_info(count ? PACKAGE : NULL, &info);
	if (status == SEC_E_OK)
		ledger_hand_out(&world->ledger, info.a, sizeof *info.a, "info");
}

static void any_release(struct world *world)
{
	uint32_t place = draw(world, LEDGER_BUFFERS);
	if (place >= world->ledger.buffer_count) {
		void *memory = draw_memory(world);
		assert_int_equal(call_release(memory),
		                 memory ? SEC_E_INVALID_HANDLE : SEC_E_OK);
		return;
	}
	unsigned char *memory = world->ledger.buffers[place].memory;
	assert_int_equal(call_release(memory + 1 + draw(world, 8)),
	                 SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release(memory), SEC_E_OK);
	assert_int_equal(call_release(memory), SEC_E_INVALID_HANDLE);
	ledger_release(&world->ledger, (int)place);
	world->released++;
}

/* A leg of a careful caller, whose handle and token the careless one sees. */
static SECURITY_STATUS careful_leg(struct world *world, struct peer *peer,
                                   const struct peer *other, int credential)
{
	bool first = handle_is(&peer->context, 0, 0);
	SECURITY_STATUS status = peer_take(peer, other);
	if (status >= 0 && first)
		ledger_create(&world->ledger, peer->context, credential,
		              "a leg");
	if (status < 0)
		return status;
	world->handles[CREDENTIALS + draw(world, HANDLES - CREDENTIALS)] =
		peer->context;
	memcpy(world->areas[draw(world, AREAS)], peer->token, peer->size);
	return status;
}

/* A careful exchange, which is left off anywhere. */
static void careful_exchange(struct world *world)
{
	int place = ledger_credential(
		&world->ledger, &world->handles[draw(world, CREDENTIALS)]);
	if (place < 0)
		return;
	CredHandle credential = world->ledger.credentials[place].handle;
	struct exchange e = {{.side = INITIATOR, .credential = credential,
	                      .requests = draw(world, 2) * ISC_REQ_INTEGRITY},
	                     {.side = ACCEPTOR, .credential = credential}};
	uint32_t legs = draw(world, 6);
	for (uint32_t leg = 0; leg < legs; leg++) {
		SECURITY_STATUS status =
			leg % 2 ? careful_leg(world, &e.acceptor, &e.initiator, place)
			        : careful_leg(world, &e.initiator, &e.acceptor,
		                              place);
		if (status < 0)
			return;
		if (status == SEC_I_COMPLETE_NEEDED && draw(world, 8))
			assert_int_equal(peer_complete(&e.initiator), SEC_E_OK);
		world->completed += status == SEC_E_OK;
	}
}

static void any_complete(struct world *world)
{
	call_complete(draw_handle(world, false), draw_list(world));
}

static void parameters_by_lot(void **state)
{
	static void (*const any[])(struct world *world) = {
		any_leg,    any_leg,     any_leg,       any_leg,     any_leg,
		any_leg,    any_leg,     any_acquire,   any_free,    any_delete,
		any_query,  any_export,  any_import,    any_info,    any_release,
		any_release, any_complete, careful_exchange, redraw_buffer, redraw_buffer, redraw_list,
		redraw_list, redraw_rest};
	struct sechandle_limits limits = {LEDGER_CONTEXTS, LEDGER_CREDENTIALS,
	                                  UINT32_MAX, LEDGER_BUFFERS};
	struct world world = {.seed = 20};
	(void)state;
	sechandle_reset(&limits);
	for (int i = 0; i < AREAS; i++)
		world.areas[i] = guarded(AREA_SIZE);
	for (uint32_t i = 0; i < CALLS; i++) {
		any[draw(&world, sizeof any / sizeof *any)](&world);
		if (i % COUNT_EVERY == 0)
			ledger_check(&world.ledger, "a call by lot");
	}
	print_message("%u legs completed, %u imports, %u releases\n",
	              world.completed, world.imported, world.released);
	assert_true(world.completed > 50 && world.imported > 50 &&
	            world.released > 50);
	sechandle_reset(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		abi_test(malformed_lists_are_refused),
		abi_test(first_token_of_a_list_counts),
		abi_test(attributes_of_a_buffer),
		abi_test(input_is_not_read_behind_its_end),
		abi_test(input_is_read_as_far_as_tokens_go),
		abi_test(output_is_not_written_behind_its_room),
		abi_test(texts_are_not_read_behind_their_end),
		abi_test(parameters_by_lot),
	};
	return run_in_both_forms(tests);
}
