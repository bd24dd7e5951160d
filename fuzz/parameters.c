/*
 * parameters.c: see parameters.h.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */

#include "parameters.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../specs/grow.h"
#include "../tests/unit/calls.h"

enum {
	NULL_FROM = 0xF0, /* a handle's byte from which on it is NULL */
	LONG_FROM = 0xF0, /* a number's first byte from which on four follow */
	TEXT_UNITS = 80,  /* more than a name may have */
	GRAIN = 16,       /* bytes to which memory is aligned */
	LIST_BUFFERS = 4
};

/* --- Begin and end ------------------------------------------------------------------ */

void draw_begin(struct parameters *from, const uint8_t *data, size_t size,
                const struct ledger *ledger)
{
	memset(from, 0, sizeof *from);
	from->start = from->at = data;
	from->end = size ? data + size : data;
	from->ledger = ledger;
	for (int i = 0; i < DRAW_HANDLES; i++)
		from->handles[i] = i % 2 ? allocate(1, sizeof(SecHandle))
		                         : &from->own[i / 2];
}

void draw_end(struct parameters *from)
{
	for (int i = 1; i < DRAW_HANDLES; i += 2)
		free(from->handles[i]);
	free(from->blocks);
}

void draw_watch(const struct parameters *from)
{
	watch_begin(&calls_watched, NULL);
	for (int i = 0; i < DRAW_HANDLES; i++)
		watch_add(&calls_watched, from->handles[i], sizeof(SecHandle));
	for (size_t i = 0; i < from->block_count; i++)
		watch_add(&calls_watched, from->blocks[i].memory,
		          from->blocks[i].size);
	for (uint32_t i = 0; i < from->ledger->buffer_count; i++)
		watch_add(&calls_watched, from->ledger->buffers[i].memory,
		          from->ledger->buffers[i].size);
}

void draw_done(struct parameters *from)
{
	watch_begin(&calls_watched, NULL);
	for (size_t i = 0; i < from->block_count; i++)
		free((char *)from->blocks[i].memory -
		     (from->blocks[i].size == 0 ? GRAIN : 0));
	from->block_count = 0;
	from->list = NULL;
	from->buffer = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
}

/* --- Numbers -------------------------------------------------------------------------- */

uint8_t draw_byte(struct parameters *from)
{
	return from->at < from->end ? *from->at++ : 0;
}

uint32_t draw_below(struct parameters *from, uint32_t limit)
{
	return draw_byte(from) % limit;
}

ULONG draw_number(struct parameters *from)
{
	uint8_t first = draw_byte(from);
	ULONG number = 0;
	if (first < LONG_FROM)
		return first;
	for (int i = 0; i < 4; i++)
		number = number << 8 | draw_byte(from);
	return number;
}

bool draw_rarely(struct parameters *from)
{
	return draw_byte(from) % 8 == 7;
}

/* --- Memory --------------------------------------------------------------------------- */

/* Memory of no bytes is the end of some. */
void *draw_block(struct parameters *from, size_t size)
{
	char *memory = allocate(size ? size : GRAIN, 1);
	if (size == 0)
		memory += GRAIN;
	memset(memory, 0xA5, size);
	from->blocks = grow(from->blocks, &from->block_capacity,
	                    from->block_count, sizeof *from->blocks);
	from->blocks[from->block_count++] = (struct draw_block){memory, size};
	return memory;
}

void *draw_place(struct parameters *from, size_t size)
{
	return draw_rarely(from) ? NULL : draw_block(from, size);
}

static void *copy_of(struct parameters *from, const void *bytes, size_t size)
{
	void *block = draw_block(from, size);
	if (size)
		memcpy(block, bytes, size);
	return block;
}

/* --- Handles -------------------------------------------------------------------------- */

SecHandle *draw_handle(struct parameters *from)
{
	uint8_t byte = draw_byte(from);
	return byte < NULL_FROM ? from->handles[byte % DRAW_HANDLES] : NULL;
}

void draw_new_words(struct parameters *from)
{
	SecHandle *one = from->handles[draw_below(from, DRAW_HANDLES)];
	uint8_t how = draw_byte(from);
	const SecHandle *two = from->handles[how / 8 % DRAW_HANDLES];
	switch (how % 8) {
	case 0: *one = *two; break;
	case 1: *one = (SecHandle){two->dwUpper, two->dwLower}; break;
	case 2: *one = (SecHandle){0, 0}; break;
	case 3: SecInvalidateHandle(one); break;
	case 4: *one = (SecHandle){SEC_DELETED_HANDLE, SEC_DELETED_HANDLE}; break;
	case 5: one->dwLower ^= (ULONG_PTR)1 << draw_below(from, 32); break;
	case 6: one->dwUpper += draw_below(from, 3); break;
	default: *one = (SecHandle){draw_number(from), draw_number(from)};
	}
}

/* --- Strings -------------------------------------------------------------------------- */

/* Units of text in one form or the other, with their end or without. */
static void *text_of(struct parameters *from, const SEC_WCHAR *units, size_t count,
                     bool wide)
{
	if (wide)
		return copy_of(from, units, count * sizeof *units);
	unsigned char *text = draw_block(from, count);
	for (size_t i = 0; i < count; i++)
		text[i] = (unsigned char)units[i];
	return text;
}

void *draw_name(struct parameters *from)
{
	static const char package[] = PACKAGE;
	SEC_WCHAR units[TEXT_UNITS] = {0};
	size_t count = sizeof package - 1;
	for (size_t i = 0; i < count; i++)
		units[i] = (SEC_WCHAR)package[i];
	switch (draw_below(from, 8)) {
	case 1: return NULL;
	case 2: count = draw_below(from, (uint32_t)count); break;
	case 3: units[count++] = draw_byte(from); break;
	case 4: units[draw_below(from, (uint32_t)count)] ^= 0x100; break;
	case 5: units[draw_below(from, (uint32_t)count)] ^= 0x20; break;
	case 6:
		count = draw_below(from, TEXT_UNITS - 1);
		for (size_t i = 0; i < count; i++)
			units[i] = (SEC_WCHAR)draw_number(from);
		break;
	default: break;
	}
	units[count] = 0;
	return text_of(from, units, count + 1, calls_wide);
}

/* --- Identities ------------------------------------------------------------------------ */

/* Text without an end, of any length; NULL where there may be none. */
static void *draw_text(struct parameters *from, bool wide, ULONG *length)
{
	SEC_WCHAR units[TEXT_UNITS];
	uint8_t first;
	*length = draw_below(from, TEXT_UNITS);
	first = draw_byte(from);
	for (ULONG i = 0; i < *length; i++)
		units[i] = (SEC_WCHAR)(first + i);
	if (first == UINT8_MAX)
		return NULL;
	return text_of(from, units, *length, wide);
}

/* Either form: their members lie in the same places. The texts have room for wide
 * units wherever the flags do not say that they are narrow. */
static void *draw_any_identity(struct parameters *from)
{
	static const ULONG flags[] = {
		SEC_WINNT_AUTH_IDENTITY_ANSI, SEC_WINNT_AUTH_IDENTITY_UNICODE, 0,
		SEC_WINNT_AUTH_IDENTITY_ANSI | SEC_WINNT_AUTH_IDENTITY_UNICODE};
	SEC_WINNT_AUTH_IDENTITY_W *identity = draw_block(from, sizeof *identity);
	uint32_t which = draw_below(from, 8);
	ULONG flag = which < 6 ? flags[which % 4] : draw_number(from);
	bool wide = flag != SEC_WINNT_AUTH_IDENTITY_ANSI;
	identity->User = draw_text(from, wide, &identity->UserLength);
	identity->Domain = draw_text(from, wide, &identity->DomainLength);
	identity->Password = draw_text(from, wide, &identity->PasswordLength);
	identity->Flags = flag;
	return identity;
}

static void *person(struct parameters *from, const char *user)
{
	ULONG length = (ULONG)strlen(user);
	SEC_WINNT_AUTH_IDENTITY_A *identity = draw_block(from, sizeof *identity);
	*identity = (SEC_WINNT_AUTH_IDENTITY_A){
		.User = copy_of(from, user, length),
		.UserLength = length,
		.Password = copy_of(from, "secret", 6),
		.PasswordLength = 6,
		.Flags = SEC_WINNT_AUTH_IDENTITY_ANSI};
	return identity;
}

void *draw_identity(struct parameters *from)
{
	switch (draw_below(from, 4)) {
	case 0: return person(from, "alice");
	case 1: return NULL;
	case 2: return person(from, "mallory");
	default: return draw_any_identity(from);
	}
}

/* --- Tokens ---------------------------------------------------------------------------- */

struct draw_token *draw_token(struct parameters *from)
{
	return &from->tokens[draw_below(from, DRAW_TOKENS)];
}

void draw_keep(struct draw_token *token, const void *bytes, size_t size)
{
	if (size == 0 || size > DRAW_TOKEN_MAX)
		return;
	token->size = (ULONG)size;
	memcpy(token->bytes, bytes, size);
}

void draw_flip(struct parameters *from)
{
	struct draw_token *token = draw_token(from);
	uint32_t place = draw_below(from, DRAW_TOKEN_MAX);
	token->bytes[place] ^= draw_byte(from);
}

/* --- Buffers --------------------------------------------------------------------------- */

/* As many bytes as a buffer can have, of which the first are a token's; NULL if there
 * is no such memory. No page is there before it is touched. */
static void *huge(const struct draw_token *token)
{
	static void *memory;
	if (sizeof(size_t) == sizeof(ULONG))
		return NULL;
	if (!memory) {
		memory = mmap(NULL, UINT32_MAX, PROT_READ | PROT_WRITE,
		              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory == MAP_FAILED)
			return memory = NULL;
	}
	memset(memory, 0, DRAW_TOKEN_MAX);
	memcpy(memory, token->bytes, token->size);
	return memory;
}

static ULONG draw_type(struct parameters *from)
{
	static const ULONG types[] = {
		SECBUFFER_TOKEN, SECBUFFER_EMPTY, SECBUFFER_DATA,
		SECBUFFER_TOKEN | SECBUFFER_READONLY,
		SECBUFFER_TOKEN | SECBUFFER_READONLY_WITH_CHECKSUM,
		SECBUFFER_EMPTY | SECBUFFER_READONLY, SECBUFFER_EXTRA};
	uint32_t which = draw_below(from, 8);
	return which < 7 ? types[which] : draw_number(from);
}

static SecBuffer careful_buffer(struct parameters *from, enum draw_use use)
{
	SecBuffer buffer = {DRAW_ROOM, SECBUFFER_TOKEN, NULL};
	if (use == DRAW_INPUT) {
		const struct draw_token *token = draw_token(from);
		buffer.cbBuffer = token->size;
		buffer.pvBuffer = copy_of(from, token->bytes, token->size);
	} else {
		buffer.pvBuffer = draw_block(from, DRAW_ROOM);
	}
	return buffer;
}

/* Memory that was handed out, or as much of it. */
static SecBuffer handed_out(struct parameters *from)
{
	SecBuffer buffer = {0, SECBUFFER_EMPTY, NULL};
	if (from->ledger->buffer_count == 0)
		return buffer;
	const struct ledger_buffer *handed =
		&from->ledger->buffers[draw_below(from, from->ledger->buffer_count)];
	buffer.pvBuffer = handed->memory;
	buffer.cbBuffer = (ULONG)handed->size;
	return buffer;
}

static SecBuffer draw_any_buffer(struct parameters *from, enum draw_use use)
{
	const struct draw_token *token;
	SecBuffer buffer = {0, SECBUFFER_EMPTY, NULL};
	ULONG type = draw_type(from);
	switch (draw_below(from, 8)) {
	case 0: buffer = careful_buffer(from, use); break;
	case 1: buffer.cbBuffer = draw_number(from); break;
	case 2:
	case 3:
		token = draw_token(from);
		buffer.cbBuffer = draw_below(from, DRAW_TOKEN_MAX + 40);
		buffer.pvBuffer = draw_block(from, buffer.cbBuffer);
		if (buffer.cbBuffer)
			memcpy(buffer.pvBuffer, token->bytes,
			       buffer.cbBuffer < token->size ? buffer.cbBuffer
			                                     : token->size);
		break;
	case 4:
		buffer.cbBuffer = draw_below(from, DRAW_TOKEN_MAX + 40);
		buffer.pvBuffer = draw_block(from, buffer.cbBuffer);
		for (ULONG i = 0; i < buffer.cbBuffer; i++)
			((unsigned char *)buffer.pvBuffer)[i] = draw_byte(from);
		break;
	case 5:
		buffer = from->buffer;
		buffer.cbBuffer = buffer.pvBuffer && draw_rarely(from)
		                          ? buffer.cbBuffer / 2 : buffer.cbBuffer;
		break;
	case 6: buffer = handed_out(from); break;
	default:
		buffer.pvBuffer = huge(draw_token(from));
		buffer.cbBuffer = UINT32_MAX >> draw_below(from, 16);
	}
	buffer.BufferType = type;
	return buffer;
}

SecBuffer *draw_buffer(struct parameters *from, enum draw_use use)
{
	uint32_t how = draw_below(from, 8);
	SecBuffer *buffer;
	if (how == 7)
		return NULL;
	buffer = draw_block(from, sizeof *buffer);
	*buffer = how < 4 ? careful_buffer(from, use) : draw_any_buffer(from, use);
	return buffer;
}

/* --- Lists ----------------------------------------------------------------------------- */

static ULONG careful_buffers(struct parameters *from, enum draw_use use,
                             SecBuffer *buffers)
{
	buffers[0] = careful_buffer(from, use);
	buffers[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
	return use == DRAW_INPUT ? 2 : 1;
}

static ULONG draw_buffers(struct parameters *from, enum draw_use use,
                          SecBuffer *buffers)
{
	ULONG count = draw_below(from, LIST_BUFFERS + 1);
	for (ULONG i = 0; i < count; i++)
		buffers[i] = from->buffer = draw_any_buffer(from, use);
	return count;
}

/* What may be wrong with a list as such. */
static void spoil(struct parameters *from, SecBufferDesc *list)
{
	switch (draw_below(from, 3)) {
	case 0: list->ulVersion = draw_number(from); break;
	case 1:
		list->pBuffers = NULL;
		list->cBuffers = draw_number(from);
		break;
	default: list->cBuffers = draw_below(from, list->cBuffers + 1);
	}
}

SecBufferDesc *draw_list(struct parameters *from, enum draw_use use)
{
	SecBuffer buffers[LIST_BUFFERS];
	uint32_t how = draw_below(from, 8);
	SecBufferDesc *list;
	ULONG count;
	if (how == 7)
		return NULL;
	if (how == 6 && from->list)
		return from->list;
	count = how < 3 ? careful_buffers(from, use, buffers)
	                : draw_buffers(from, use, buffers);
	list = draw_block(from, sizeof *list);
	*list = (SecBufferDesc){SECBUFFER_VERSION, count,
	                        copy_of(from, buffers, count * sizeof *buffers)};
	if (how == 2 || how == 5)
		spoil(from, list);
	return from->list = list;
}
