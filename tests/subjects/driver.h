/*
 * driver.h: the caller of a scenario. It owns what the scenario's names stand for,
 * handle structs and buffer pointers, and makes the calls of the steps through a
 * SecurityFunctionTableA, of whatever implementation and package.
 *
 * What the language leaves to whoever runs a scenario:
 *
 * - Tokens. Every leg has room for a token of DRIVER_ROOM bytes, and no leg lets
 *   the package allocate it. A leg that answers no error and tells a size above 0
 *   has written a token. It belongs to the struct that was passed as phNewContext,
 *   or as phContext where that was NULL; a first and a last one are kept until the
 *   name is forgotten. The bytes that a call is fed are a copy.
 * - CompleteAuthToken is given the token that the step names, or else the last one
 *   of the context itself. If it succeeds with a last token, what it made of that
 *   is the last token from then on.
 * - Requests. Initialize asks for integrity where the name that the token will
 *   belong to ends in an even digit, c2 or c10, so that a scenario can have both
 *   kinds of exchange. Nothing else is requested.
 * - Identities are those of the setup; `anonymous` is no identity data.
 * - `query other` asks for SECPKG_ATTR_FLAGS, which hands out nothing. Functions of
 *   `use` get a short message, or an attribute and room for it.
 * - Bytes. An import gets a copy of what the export behind the name delivered, or
 *   noise if the name is no export's. NULL is passed for a name without a buffer.
 * - Addresses that are handed out again. An implementation cannot tell a released
 *   pointer from a live one once the memory was handed out again: to release the
 *   old one would release what another name holds. So a name that was released,
 *   and whose address was then handed out to another name, passes from then on
 *   memory of the driver's own, which must be refused as well.
 * - Functions that the table has not, by a NULL pointer or an old version, are not
 *   called; they answer SEC_E_UNSUPPORTED_FUNCTION.
 */
#ifndef SUBJECTS_DRIVER_H
#define SUBJECTS_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interface.h"
#include "../../specs/scenario.h"

enum { DRIVER_ROOM = 4096 };

/** The bytes that no package produced. */
extern const char driver_noise[48];

/** Who acquires a credential; terminated, and good for as long as the driver. */
struct driver_identity {
	const char *user, *domain, *password;
};

/** Who the identities `known` and `unknown` are, where nobody says otherwise. */
extern const struct driver_identity driver_known, driver_unknown;

/** What a driver drives, and as whom. */
struct driver_setup {
	PSecurityFunctionTableA table;
	const char *package;
	struct driver_identity known, unknown;
	/** Writes what the implementation holds, COUNT_UNSEEN where it does not
	 *  know; or NULL. */
	void (*count)(uint32_t counts[COUNTER_COUNT]);
	/** Makes the implementation hold nothing, or NULL. No driver calls it. */
	void (*reset)(void);
};

/** Bytes of the driver's own. */
struct driver_bytes {
	void *data; /**< NULL: there are none */
	ULONG size;
};

/** What belongs to a name beside a handle struct. */
struct driver_name {
	struct driver_bytes first, last; /**< its tokens */
	void *pointer;                   /**< its buffer */
	bool live;                       /**< handed out and not released */
	bool reused;                     /**< the address belongs to others now */
	struct driver_bytes exported;    /**< what was in the buffer */
};

/** A caller. */
struct driver {
	struct driver_setup setup;
	const struct names *names;
	SecHandle *structs, *before; /**< by name: now, and before a call */
	struct driver_name *own;     /**< by name */
	size_t count;                /**< names that there is room for */
	char room[DRIVER_ROOM];      /**< for the token that a leg writes */
	char input[DRIVER_ROOM];     /**< the token that a call is fed */
	char foreign[64];            /**< memory that no function handed out */
};

/** Starts a caller that holds nothing.
 *  @param setup  what it drives
 *  @param names  those of the steps to come, which may grow; must outlive the
 *                driver */
void driver_begin(struct driver *driver, const struct driver_setup *setup,
                  const struct names *names);

/** Makes room for all names that there are by now; calls and steps do so themselves. */
void driver_meet_names(struct driver *driver);

/** Makes the call of a step.
 *  @return what was answered, what became of the struct, and the counts if the
 *          setup counts */
struct answer driver_call(struct driver *driver, const struct step *step);

/** Carries out a step that the caller makes alone. */
void driver_own(struct driver *driver, const struct step *step);

/** Releases the driver's own memory. It calls nothing: what the implementation
 *  still holds stays there. */
void driver_end(struct driver *driver);

#endif
