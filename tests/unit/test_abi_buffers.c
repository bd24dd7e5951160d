/*
 * test_abi_buffers.c: what the functions of sspi.h tell and hand out: attributes,
 * packages, exported contexts, and their release; and the functions that are only
 * in the table.
 */
#include "exchange.h"
#include "harness.h"

#include "../../ref/pool.h"

/* Somebody with the longest name there may be. */
static const struct person longest = {
	"abcdefghijklmnopqrstuvwxyz012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
	"secret",
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ01234\\abcdefghijklmnopqrstuvwxyz012345"};

/* An exchange of two peers with this identity, which is complete. */
static void exchange_of(struct exchange *e, const struct person *person)
{
	exchange_open(e, person, person);
	assert_int_equal(peer_leg(&e->initiator, NULL, 0), SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e->acceptor, &e->initiator),
	                 SEC_I_CONTINUE_NEEDED);
	assert_int_equal(peer_take(&e->initiator, &e->acceptor), SEC_E_OK);
	assert_int_equal(peer_take(&e->acceptor, &e->initiator), SEC_E_OK);
}

/* --- Attributes --------------------------------------------------------------------- */

/* What a query of an attribute answers in a phase. */
static SECURITY_STATUS expected(ULONG attribute, enum phase phase)
{
	switch (attribute) {
	case SECPKG_ATTR_SIZES:
	case SECPKG_ATTR_LIFESPAN:
	case SECPKG_ATTR_PACKAGE_INFO:
		return SEC_E_OK;
	case SECPKG_ATTR_NAMES:
		return phase == COMPLETE ? SEC_E_OK : SEC_E_OUT_OF_SEQUENCE;
	default:
		return SEC_E_UNSUPPORTED_FUNCTION;
	}
}

static void assert_is_reference(union info info)
{
	ULONG capabilities = SECPKG_FLAG_TOKEN_ONLY | SECPKG_FLAG_CONNECTION;
	assert_int_equal(info.a->fCapabilities, capabilities);
	assert_int_equal(info.a->wVersion, 1);
	assert_int_equal(info.a->wRPCID, SECPKG_ID_NONE);
	assert_int_equal(info.a->cbMaxToken, TOKEN_ROOM);
	assert_true(calls_text_is(info.a->Name, PACKAGE));
	assert_true(calls_text_is(info.a->Comment, "sechandle"));
}

/* Looks at an attribute's structure, and releases what it holds. */
static void look_at(ULONG attribute, const union attribute_place *place)
{
	if (attribute == SECPKG_ATTR_SIZES) {
		assert_int_equal(place->sizes.cbMaxToken, TOKEN_ROOM);
		assert_int_equal(place->sizes.cbMaxSignature, 0);
		assert_int_equal(place->sizes.cbBlockSize, 0);
		assert_int_equal(place->sizes.cbSecurityTrailer, 0);
	} else if (attribute == SECPKG_ATTR_LIFESPAN) {
		assert_int_equal(place->lifespan.tsStart.LowPart, 0);
		assert_int_equal(place->lifespan.tsStart.HighPart, 0);
		assert_int_equal(place->lifespan.tsExpiry.LowPart, UINT32_MAX);
		assert_int_equal(place->lifespan.tsExpiry.HighPart, INT32_MAX);
	} else if (attribute == SECPKG_ATTR_PACKAGE_INFO) {
		assert_is_reference((union info){.a = place->info_a.PackageInfo});
		assert_int_equal(call_release(place->info_a.PackageInfo), SEC_E_OK);
	} else {
		assert_true(calls_text_is(place->names_a.sUserName, alice.name));
		assert_int_equal(call_release(place->names_a.sUserName), SEC_E_OK);
	}
}

static void attributes_in_every_phase(void **state)
{
	static const ULONG far[] = {127, 128, 129, 256, 0x7FFFFFFF, UINT32_MAX};
	struct exchange e;
	(void)state;
	for (int phase = 0; phase < PHASES; phase++) {
		struct peer *peer = exchange_phase(&e, (enum phase)phase);
		for (ULONG i = 0; i < 64 + sizeof far / sizeof *far; i++) {
			ULONG attribute = i < 64 ? i : far[i - 64];
			union attribute_place place;
			memset(&place, 0xA5, sizeof place);
			SECURITY_STATUS status =
				call_query(&peer->context, attribute, &place);
			assert_int_equal(status,
			                 expected(attribute, (enum phase)phase));
			if (status == SEC_E_OK)
				look_at(attribute, &place);
		}
		exchange_close(&e);
		assert_int_equal(call_query(&peer->context, SECPKG_ATTR_SIZES,
		                            &(union attribute_place){0}),
		                 SEC_E_INVALID_HANDLE);
	}
}

static void attributes_need_a_place(void **state)
{
	static const ULONG known[] = {SECPKG_ATTR_SIZES, SECPKG_ATTR_NAMES,
	                              SECPKG_ATTR_LIFESPAN,
	                              SECPKG_ATTR_PACKAGE_INFO};
	struct exchange e;
	(void)state;
	exchange_begin(&e, false, DONE);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		assert_int_equal(call_query(&e.initiator.context, known[i], NULL),
		                 SEC_E_INVALID_PARAMETER);
		assert_int_equal(call_query(NULL, known[i], NULL),
		                 SEC_E_INVALID_HANDLE);
	}
	exchange_close(&e);
}

static void names_end_where_they_should(void **state)
{
	struct sechandle_limits limits = {8, 8, 8, 1};
	struct exchange e;
	(void)state;
	assert_int_equal(strlen(longest.name), NAME_LONGEST);
	sechandle_reset(&limits);
	exchange_of(&e, &longest);
	assert_name_is(&e.acceptor.context, longest.name);
	exchange_close(&e);
	/* Its memory is the only there is, and holds the next name too. */
	exchange_of(&e, &alice);
	assert_name_is(&e.acceptor.context, alice.name);
	exchange_close(&e);
}

/* --- Packages ------------------------------------------------------------------------ */

static void one_package_is_listed(void **state)
{
	ULONG count = 77;
	union info info = {NULL}, by_name = {NULL};
	(void)state;
	assert_int_equal(call_enumerate(&count, &info), SEC_E_OK);
	assert_int_equal(count, 1);
	assert_is_reference(info);
	assert_int_equal(call_package_info(PACKAGE, &by_name), SEC_E_OK);
	assert_is_reference(by_name);
	assert_true(info.a != by_name.a);
	assert_holds(0, 0, 2);
	assert_int_equal(call_release(info.a), SEC_E_OK);
	assert_int_equal(call_release(by_name.a), SEC_E_OK);
	assert_int_equal(call_enumerate(NULL, &info), SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_enumerate(&count, NULL), SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_package_info(NULL, &info), SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_package_info(PACKAGE, NULL),
	                 SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_package_info("", &info), SEC_E_SECPKG_NOT_FOUND);
	assert_int_equal(call_package_info("Negotiate", &info),
	                 SEC_E_SECPKG_NOT_FOUND);
}

/* --- Release --------------------------------------------------------------------------- */

static void only_what_was_handed_out_is_released(void **state)
{
	ULONG count;
	union info info;
	unsigned char own[4];
	(void)state;
	assert_int_equal(call_release(NULL), SEC_E_OK);
	assert_int_equal(call_release(own), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release((void *)1), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release((void *)UINTPTR_MAX), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_enumerate(&count, &info), SEC_E_OK);
	/* Every other byte of its block and of those around it: the other members
	 * of the block lie there too. */
	unsigned char *at = (unsigned char *)info.a;
	for (ptrdiff_t away = -2048; away <= 2048; away++)
		if (away)
			assert_int_equal(call_release((void *)((uintptr_t)at +
			                                       (uintptr_t)away)),
			                 SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release(at), SEC_E_OK);
	assert_int_equal(call_release(at), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release(info.a->Name), SEC_E_INVALID_HANDLE);
}

/* An exchange whose acceptor has been asked for all that hands out. */
static void released_in_any_order(void **state)
{
	struct exchange e;
	union attribute_place names, info;
	SecBuffer packed = {0};
	(void)state;
	exchange_begin(&e, false, DONE);
	assert_int_equal(call_query(&e.acceptor.context, SECPKG_ATTR_NAMES, &names),
	                 SEC_E_OK);
	assert_int_equal(call_query(&e.acceptor.context, SECPKG_ATTR_PACKAGE_INFO,
	                            &info), SEC_E_OK);
	assert_int_equal(call_export(&e.acceptor.context, 0, &packed, NULL),
	                 SEC_E_OK);
	/* They outlive the contexts and credentials. */
	exchange_close(&e);
	assert_holds(0, 0, 3);
	assert_true(calls_text_is(names.names_a.sUserName, alice.name));
	assert_int_equal(call_release(packed.pvBuffer), SEC_E_OK);
	assert_int_equal(call_release(names.names_a.sUserName), SEC_E_OK);
	assert_int_equal(call_release(info.info_a.PackageInfo), SEC_E_OK);
	assert_int_equal(call_release(packed.pvBuffer), SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release(names.names_a.sUserName),
	                 SEC_E_INVALID_HANDLE);
	assert_int_equal(call_release(info.info_a.PackageInfo),
	                 SEC_E_INVALID_HANDLE);
}

/* Every call that hands something out, while the pool is empty. */
static void assert_no_memory(struct exchange *e)
{
	union attribute_place place;
	union info info;
	SecBuffer packed = {0}, in = {0, SECBUFFER_TOKEN, e->initiator.token};
	SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
	SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
	SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
	ULONG count;
	CtxtHandle context = {0, 0};
	assert_int_equal(call_query(&e->acceptor.context, SECPKG_ATTR_NAMES,
	                            &place), SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(call_query(&e->acceptor.context, SECPKG_ATTR_PACKAGE_INFO,
	                            &place), SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(call_enumerate(&count, &info), SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(call_package_info(PACKAGE, &info),
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(call_export(&e->acceptor.context,
	                             SECPKG_CONTEXT_EXPORT_DELETE_OLD, &packed,
	                             NULL), SEC_E_INSUFFICIENT_MEMORY);
	for (int side = INITIATOR; side <= ACCEPTOR; side++)
		assert_int_equal(
			call_leg(&(struct leg_call){
				(enum side)side,
				side == INITIATOR ? &e->initiator.credential
				                  : &e->acceptor.credential,
				NULL, ISC_REQ_ALLOCATE_MEMORY, &input, &context,
				&output, NULL, NULL}),
			SEC_E_INSUFFICIENT_MEMORY);
}

static void empty_pool_answers_no_memory(void **state)
{
	enum { MOST = 3 };
	struct sechandle_limits limits = {8, 8, 8, MOST};
	struct exchange e;
	union info info[MOST], more;
	ULONG count;
	(void)state;
	sechandle_reset(&limits);
	exchange_begin(&e, false, DONE);
	for (int i = 0; i < MOST; i++)
		assert_int_equal(call_enumerate(&count, &info[i]), SEC_E_OK);
	for (int i = 0; i < MOST; i++) {
		assert_no_memory(&e);
		assert_int_equal(call_release(info[i].a), SEC_E_OK);
		assert_int_equal(call_package_info(PACKAGE, &more), SEC_E_OK);
		info[i] = more;
	}
	assert_holds(2, 2, MOST);
	for (int i = 0; i < MOST; i++)
		assert_int_equal(call_release(info[i].a), SEC_E_OK);
	exchange_close(&e);
}

/* Takes all buffers there are, and gives them back. */
static void assert_whole_pool(void)
{
	static union info info[POOL_BLOCKS];
	union info more;
	for (uint32_t i = 0; i < POOL_BLOCKS; i++)
		assert_int_equal(call_package_info(PACKAGE, &info[i]), SEC_E_OK);
	assert_int_equal(call_package_info(PACKAGE, &more),
	                 SEC_E_INSUFFICIENT_MEMORY);
	assert_holds(0, 0, POOL_BLOCKS);
	for (uint32_t i = 0; i < POOL_BLOCKS; i++)
		assert_int_equal(call_release(info[i].a), SEC_E_OK);
}

static void whole_pool_is_handed_out(void **state)
{
	struct sechandle_limits beyond = {UINT32_MAX, UINT32_MAX, UINT32_MAX,
	                                  UINT32_MAX};
	(void)state;
	assert_whole_pool();
	/* No limit makes more of it than there is. */
	sechandle_reset(&beyond);
	assert_whole_pool();
}

static void released_buffers_come_again_late(void **state)
{
	enum { MOST = 3 };
	struct sechandle_limits limits = {8, 8, 8, MOST};
	union info info[MOST];
	(void)state;
	sechandle_reset(&limits);
	for (int i = 0; i < MOST; i++) {
		assert_int_equal(call_package_info(PACKAGE, &info[i]), SEC_E_OK);
		assert_int_equal(call_release(info[i].a), SEC_E_OK);
		for (int k = 0; k < i; k++)
			assert_ptr_not_equal(info[i].a, info[k].a);
	}
}

/* --- Export and import --------------------------------------------------------------------- */

/* What an export packs, copied; the handed out memory is released. */
struct packed {
	unsigned char bytes[256];
	ULONG size;
};

static struct packed pack(PCtxtHandle context, ULONG flags)
{
	struct packed packed;
	SecBuffer buffer = {3, SECBUFFER_DATA, &packed};
	void *token = &packed;
	assert_int_equal(call_export(context, flags, &buffer, &token), SEC_E_OK);
	assert_null(token);
	assert_int_equal(buffer.BufferType, SECBUFFER_DATA);
	assert_true(buffer.cbBuffer > 0 && buffer.cbBuffer <= sizeof packed.bytes);
	packed.size = buffer.cbBuffer;
	memcpy(packed.bytes, buffer.pvBuffer, packed.size);
	assert_int_equal(call_release(buffer.pvBuffer), SEC_E_OK);
	return packed;
}

static SECURITY_STATUS unpack(struct packed *packed, PCtxtHandle context)
{
	SecBuffer buffer = {packed->size, SECBUFFER_TOKEN, packed->bytes};
	return call_import(PACKAGE, &buffer, context);
}

static void imported_contexts_are_independent(void **state)
{
	struct exchange e;
	CtxtHandle one, two;
	(void)state;
	exchange_begin(&e, true, DONE);
	struct packed packed = pack(&e.acceptor.context, 0);
	assert_int_equal(unpack(&packed, &one), SEC_E_OK);
	exchange_close(&e);
	assert_name_is(&one, alice.name);
	assert_int_equal(unpack(&packed, &two), SEC_E_OK);
	assert_holds(2, 0, 0);
	/* It is complete, takes no leg, and can be exported as any other. */
	struct peer peer = {.side = ACCEPTOR, .context = one,
	                    .credential = acquire(SECPKG_CRED_BOTH, &alice)};
	assert_int_equal(peer_take(&peer, &e.initiator), SEC_E_OUT_OF_SEQUENCE);
	assert_int_equal(call_delete(&one), SEC_E_OK);
	struct packed again = pack(&two, SECPKG_CONTEXT_EXPORT_DELETE_OLD);
	assert_holds(0, 1, 0);
	assert_int_equal(call_delete(&two), SEC_E_OK);
	assert_int_equal(unpack(&again, &one), SEC_E_OK);
	assert_name_is(&one, alice.name);
	assert_int_equal(call_delete(&one), SEC_E_OK);
	assert_int_equal(call_free(&peer.credential), SEC_E_OK);
}

static void imported_contexts_keep_the_longest_name(void **state)
{
	struct exchange e;
	CtxtHandle imported;
	(void)state;
	exchange_of(&e, &longest);
	struct packed packed = pack(&e.acceptor.context, 0);
	assert_int_equal(unpack(&packed, &imported), SEC_E_OK);
	assert_name_is(&imported, longest.name);
	assert_int_equal(call_delete(&imported), SEC_E_OK);
	exchange_close(&e);
}

static void export_deletes_on_request(void **state)
{
	struct exchange e;
	SecBuffer buffer = {0};
	(void)state;
	exchange_begin(&e, false, DONE);
	struct packed packed = pack(&e.initiator.context,
	                            SECPKG_CONTEXT_EXPORT_DELETE_OLD);
	assert_holds(1, 2, 0);
	assert_int_equal(call_export(&e.initiator.context, 0, &buffer, NULL),
	                 SEC_E_INVALID_HANDLE);
	assert_int_equal(call_query(&e.initiator.context, SECPKG_ATTR_SIZES,
	                            &(union attribute_place){0}),
	                 SEC_E_INVALID_HANDLE);
	CtxtHandle imported;
	assert_int_equal(unpack(&packed, &imported), SEC_E_OK);
	assert_int_equal(call_delete(&imported), SEC_E_OK);
	exchange_close(&e);
}

static void export_takes_its_parameters(void **state)
{
	struct exchange e;
	SecBuffer buffer = {0};
	(void)state;
	for (int phase = 0; phase < PHASES; phase++) {
		struct peer *peer = exchange_phase(&e, (enum phase)phase);
		if (phase != COMPLETE)
			assert_int_equal(
				call_export(&peer->context,
			                    SECPKG_CONTEXT_EXPORT_DELETE_OLD,
			                    &buffer, NULL), SEC_E_OUT_OF_SEQUENCE);
		assert_int_equal(call_export(&peer->context, 0, NULL, NULL),
		                 SEC_E_INVALID_PARAMETER);
		static const ULONG flags[] = {1, 3, 4, 6, 0x80000002, UINT32_MAX};
		for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
			assert_int_equal(call_export(&peer->context, flags[i],
			                             &buffer, NULL),
			                 SEC_E_INVALID_PARAMETER);
		assert_holds(2, 2, 0);
		exchange_close(&e);
	}
	assert_int_equal(call_export(NULL, 0, NULL, NULL), SEC_E_INVALID_HANDLE);
}

static void corrupted_exports_are_refused(void **state)
{
	struct exchange e;
	CtxtHandle context = {5, 5};
	(void)state;
	exchange_begin(&e, false, DONE);
	struct packed good = pack(&e.acceptor.context, 0), bad = good;
	for (ULONG i = 0; i < good.size; i++)
		for (unsigned flip = 1; flip < 256; flip *= 2) {
			bad.bytes[i] ^= (unsigned char)flip;
			assert_int_equal(unpack(&bad, &context),
			                 SEC_E_INVALID_TOKEN);
			bad = good;
		}
	for (bad.size = 0; bad.size < good.size; bad.size++)
		assert_int_equal(unpack(&bad, &context), SEC_E_INVALID_TOKEN);
	SecBuffer none = {good.size, SECBUFFER_TOKEN, NULL};
	assert_int_equal(call_import(PACKAGE, &none, &context),
	                 SEC_E_INVALID_TOKEN);
	SecBuffer proof = {e.initiator.size, SECBUFFER_TOKEN, e.initiator.token};
	assert_int_equal(call_import(PACKAGE, &proof, &context),
	                 SEC_E_INVALID_TOKEN);
	assert_true(handle_is(&context, 5, 5));
	exchange_close(&e);
}

static void import_takes_its_parameters(void **state)
{
	struct sechandle_limits limits = {2, 2, 8, 1};
	struct exchange e;
	CtxtHandle context;
	(void)state;
	sechandle_reset(&limits);
	exchange_begin(&e, false, DONE);
	struct packed packed = pack(&e.acceptor.context, 0);
	SecBuffer buffer = {packed.size, SECBUFFER_TOKEN, packed.bytes};
	assert_int_equal(unpack(&packed, &context), SEC_E_INSUFFICIENT_MEMORY);
	assert_int_equal(call_import(NULL, &buffer, &context),
	                 SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_import(PACKAGE, NULL, &context),
	                 SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_import(PACKAGE, &buffer, NULL),
	                 SEC_E_INVALID_PARAMETER);
	assert_int_equal(call_import("NTLM", &buffer, &context),
	                 SEC_E_SECPKG_NOT_FOUND);
	exchange_close(&e);
}

/* --- The table --------------------------------------------------------------------------------- */

static void functions_only_in_the_table_do_nothing(void **state)
{
	struct exchange e;
	unsigned char any[256], before[256];
	SecBuffer buffer = {sizeof any, SECBUFFER_TOKEN, any};
	SecBufferDesc list = {SECBUFFER_VERSION, 1, &buffer};
	(void)state;
	memset(any, 0xA5, sizeof any);
	memcpy(before, any, sizeof any);
	exchange_begin(&e, false, DONE);
	CtxtHandle deleted = e.initiator.context, never = {0, 0};
	CtxtHandle *const handles[] = {&e.acceptor.context, &e.acceptor.credential,
	                               &deleted, &never, NULL};
	assert_int_equal(call_delete(&deleted), SEC_E_OK);
	for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
		for (unsigned which = 0; which < CALLS_UNSUPPORTED; which++)
			for (ULONG number = 0; number < 4; number++) {
				call_unsupported(which, handles[i], &list, any,
				                 number);
				call_unsupported(which, handles[i], NULL, NULL,
				                 UINT32_MAX - number);
			}
	assert_memory_equal(any, before, sizeof any);
	assert_holds(1, 2, 0);
	exchange_close(&e);
}

/* Members that are functions with a prototype, in both tables. */
#define HAS(member) (assert_ptr_equal(a->member, member), assert_ptr_equal(w->member, member))
#define HAS_FORMS(member)                                                      \
	(assert_ptr_equal(a->member##A, member##A),                            \
	 assert_ptr_equal(w->member##W, member##W))

static void tables_hold_the_functions(void **state)
{
	PSecurityFunctionTableA a = InitSecurityInterfaceA();
	PSecurityFunctionTableW w = InitSecurityInterfaceW();
	(void)state;
	assert_ptr_equal(a, InitSecurityInterfaceA());
	assert_ptr_equal(w, InitSecurityInterfaceW());
	assert_int_equal(a->dwVersion, 5);
	assert_int_equal(w->dwVersion, 5);
	assert_null(a->Reserved2);
	assert_null(a->Reserved3);
	assert_null(a->Reserved4);
	assert_null(a->Reserved8);
	assert_null(w->Reserved2);
	assert_null(w->Reserved3);
	assert_null(w->Reserved4);
	assert_null(w->Reserved8);
	HAS(FreeCredentialsHandle);
	HAS(AcceptSecurityContext);
	HAS(CompleteAuthToken);
	HAS(DeleteSecurityContext);
	HAS(FreeContextBuffer);
	HAS(ExportSecurityContext);
	HAS_FORMS(EnumerateSecurityPackages);
	HAS_FORMS(AcquireCredentialsHandle);
	HAS_FORMS(InitializeSecurityContext);
	HAS_FORMS(QueryContextAttributes);
	HAS_FORMS(QuerySecurityPackageInfo);
	HAS_FORMS(ImportSecurityContext);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		abi_test(attributes_in_every_phase),
		abi_test(attributes_need_a_place),
		abi_test(names_end_where_they_should),
		abi_test(one_package_is_listed),
		abi_test(only_what_was_handed_out_is_released),
		abi_test(released_in_any_order),
		abi_test(empty_pool_answers_no_memory),
		abi_test(whole_pool_is_handed_out),
		abi_test(released_buffers_come_again_late),
		abi_test(imported_contexts_are_independent),
		abi_test(imported_contexts_keep_the_longest_name),
		abi_test(export_deletes_on_request),
		abi_test(export_takes_its_parameters),
		abi_test(corrupted_exports_are_refused),
		abi_test(import_takes_its_parameters),
		abi_test(functions_only_in_the_table_do_nothing),
		abi_test(tables_hold_the_functions),
	};
	return run_in_both_forms(tests);
}
