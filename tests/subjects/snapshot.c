/*
 * snapshot.c: see snapshot.h.
 *
 * How to read it: the memory of this process, as the kernel tells it; saving it; going
 * back; the two stacks. A keeper saves memory and puts it back. It runs on a stack of its
 * own, in shared memory like all that it writes to, while the scenario's stack rests.
 */
#include "snapshot.h"

#include <stdlib.h>

#if defined __linux__ && defined __GLIBC__

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	MOST_REGIONS = 512,
	MOST_PAGES = 1 << 18, /* that can be written to, whether or not they are there */
	MOST_SAVED = 1 << 12, /* that are there */
	MOST_TIMES = 1000,    /* that a process goes back */
	CHUNK = 1 << 12,      /* pages that are asked for at once */
	HIGH = 200            /* descriptors below are left to the implementation */
};

/* Private memory that can be written to. */
struct region {
	char *from;
	size_t pages;
	size_t first;  /* its first page's place in is_saved */
	bool is_file;  /* what was not written to is the file's */
};

/* A page and what was in it. */
struct saved {
	char *page;
	const char *content;
};

static struct snapshot {
	ucontext_t scenario, keeper;
	void (*wait)(void *context);
	void *context;
	size_t page; /* bytes */
	struct region regions[MOST_REGIONS];
	size_t region_count, page_count;
	struct saved saved[MOST_SAVED];
	size_t saved_count;
	bool is_saved[MOST_PAGES];
	uint64_t entries[CHUNK];
	char maps[1 << 18];
	/* What the process has beside memory. */
	int pagemap, statm; /* descriptors */
	bool is_taken;
	unsigned times;
	long faults;        /* until now: without one, no other page was written to */
	char *heap_end;
	unsigned long long mapped[2];
	struct pollfd descriptors[HIGH];
	bool is_closed[HIGH]; /* of those */
	char stack[1 << 16];
	char *contents;     /* MOST_SAVED pages, and one that is zero */
} *snapshot;

/* --- The memory of this process --------------------------------------------------------- */

/* Reads the list of mappings.
 * @return whether all of it was read; it is terminated then */
static bool read_maps(void)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t length = 0, room = sizeof snapshot->maps - 1;
	ssize_t got = file < 0 ? -1 : 1;
	while (got > 0 && length < room) {
		got = read(file, snapshot->maps + length, room - length);
		length += got > 0 ? (size_t)got : 0;
	}
	snapshot->maps[length] = '\0';
	if (file >= 0)
		close(file);
	return got == 0;
}

/* Adds the region of a line, "from-to rw-p offset device inode", if it is one. */
static bool add_region(const char *line)
{
	char *at;
	uintptr_t from = (uintptr_t)strtoull(line, &at, 16);
	uintptr_t to = (uintptr_t)strtoull(at + 1, &at, 16);
	struct region *region = &snapshot->regions[snapshot->region_count];
	const char *device = strchr(at + strlen(" rw-p "), ' ') + 1;
	if (at[2] != 'w' || at[4] != 'p')
		return true;
	*region = (struct region){.from = (char *)from,
	                          .pages = (to - from) / snapshot->page,
	                          .first = snapshot->page_count,
	                          .is_file = strtoull(strchr(device, ' '), NULL, 10)};
	snapshot->page_count += region->pages;
	return ++snapshot->region_count < MOST_REGIONS &&
	       snapshot->page_count <= MOST_PAGES;
}

static bool find_regions(void)
{
	snapshot->region_count = snapshot->page_count = 0;
	if (!read_maps())
		return false;
	for (const char *line = snapshot->maps; *line; line = strchr(line, '\n') + 1)
		if (!add_region(line))
			return false;
	return true;
}

/* Asks which pages of a region are there, from one on.
 * @return how many the answer is about; 0: it cannot be had */
static size_t ask(const struct region *region, size_t from)
{
	size_t count = region->pages - from < CHUNK ? region->pages - from : CHUNK;
	size_t bytes = count * sizeof *snapshot->entries;
	uintptr_t first = (uintptr_t)region->from / snapshot->page + from;
	ssize_t got = pread(snapshot->pagemap, snapshot->entries, bytes,
	                    (off_t)(first * sizeof *snapshot->entries));
	return got == (ssize_t)bytes ? count : 0;
}

/* Whether a page is there, be it swapped out. */
static bool is_there(uint64_t entry)
{
	return entry >> 62 != 0;
}

/* --- Saving it ---------------------------------------------------------------------------- */

/* Writes to no page that has the content already: the kernel would have to provide one, as
 * pages are shared with the process that this one was forked from, and with the snapshot
 * that its predecessor took. */
static void copy_page(char *to, const char *from)
{
	if (memcmp(to, from, snapshot->page) != 0)
		memcpy(to, from, snapshot->page);
}

/* @param is_new  it was not there when the snapshot was taken: it was zero */
static bool save_page(const struct region *region, size_t at, bool is_new)
{
	char *content = snapshot->contents + MOST_SAVED * snapshot->page;
	struct saved *saved = &snapshot->saved[snapshot->saved_count];
	if (snapshot->saved_count == MOST_SAVED)
		return false;
	saved->page = region->from + at * snapshot->page;
	if (!is_new) {
		content = snapshot->contents + snapshot->saved_count * snapshot->page;
		copy_page(content, saved->page);
	}
	saved->content = content;
	snapshot->is_saved[region->first + at] = true;
	snapshot->saved_count++;
	return true;
}

/* Saves all pages that are there and were not saved yet. */
static bool save_pages(bool are_new)
{
	for (size_t i = 0; i < snapshot->region_count; i++) {
		const struct region *region = &snapshot->regions[i];
		size_t count, from = 0;
		for (; from < region->pages; from += count) {
			if ((count = ask(region, from)) == 0)
				return false;
			for (size_t k = 0; k < count; k++)
				if ((is_there(snapshot->entries[k]) ||
				     region->is_file) &&
				    !snapshot->is_saved[region->first + from + k] &&
				    !save_page(region, from + k, are_new))
					return false;
		}
	}
	return true;
}

static long count_faults(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* Opens what tells of this process, where it is in nobody's way. */
static int open_high(const char *path)
{
	int low = open(path, O_RDONLY | O_CLOEXEC);
	int high = low < 0 ? low : fcntl(low, F_DUPFD_CLOEXEC, HIGH);
	if (low >= 0)
		close(low);
	return high;
}

/* How many pages are mapped, and how many of them can be written to. */
static bool read_mapped(unsigned long long mapped[2])
{
	char text[128];
	ssize_t got = pread(snapshot->statm, text, sizeof text - 1, 0);
	if (got <= 0)
		return false;
	text[got] = '\0';
	return sscanf(text, "%llu %*u %*u %*u %*u %llu", &mapped[0], &mapped[1]) == 2;
}

/* Looks at all descriptors that are left to the implementation.
 * @return whether the same ones are open as at the last look */
static bool look_at_descriptors(void)
{
	bool are_same = true;
	for (int i = 0; i < HIGH; i++)
		snapshot->descriptors[i] = (struct pollfd){.fd = i};
	if (poll(snapshot->descriptors, HIGH, 0) < 0)
		return false;
	for (int i = 0; i < HIGH; i++) {
		bool is_closed = snapshot->descriptors[i].revents & POLLNVAL;
		are_same &= is_closed == snapshot->is_closed[i];
		snapshot->is_closed[i] = is_closed;
	}
	return are_same;
}

static bool take(void)
{
	if (!find_regions())
		return false;
	memset(snapshot->is_saved, 0, snapshot->page_count);
	/* All processes see it: a wild write into it may be an earlier one's. */
	memset(snapshot->contents + MOST_SAVED * snapshot->page, 0, snapshot->page);
	snapshot->saved_count = 0;
	snapshot->times = 0;
	snapshot->faults = -1;
	snapshot->heap_end = sbrk(0);
	snapshot->pagemap = open_high("/proc/self/pagemap");
	snapshot->statm = open_high("/proc/self/statm");
	(void)look_at_descriptors();
	return save_pages(false) && read_mapped(snapshot->mapped);
}

/* --- Going back --------------------------------------------------------------------------- */

/* Whether memory is all that has changed. What was added to the heap is given back. */
static bool can_go_back(void)
{
	unsigned long long mapped[2];
	return snapshot->is_taken && ++snapshot->times < MOST_TIMES &&
	       (sbrk(0) == snapshot->heap_end || brk(snapshot->heap_end) == 0) &&
	       read_mapped(mapped) &&
	       memcmp(mapped, snapshot->mapped, sizeof mapped) == 0 &&
	       look_at_descriptors();
}

static bool put_back(void)
{
	bool is_known = count_faults() == snapshot->faults;
	if (!is_known && !save_pages(true))
		return false;
	for (size_t i = 0; i < snapshot->saved_count; i++) {
		const struct saved *saved = &snapshot->saved[i];
		copy_page(saved->page, saved->content);
	}
	if (!is_known)
		snapshot->faults = count_faults();
	return true;
}

/* --- The two stacks ------------------------------------------------------------------------- */

static void keep(void)
{
	snapshot->is_taken = take();
	for (;;) {
		swapcontext(&snapshot->keeper, &snapshot->scenario);
		if (!can_go_back() || !put_back())
			_exit(0);
		snapshot->wait(snapshot->context);
	}
}

bool snapshot_is_possible(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (sizeof *snapshot + page - 1) / page * page;
	if (!snapshot) {
		char *memory = mmap(NULL, size + (MOST_SAVED + 1) * page,
		                    PROT_READ | PROT_WRITE,
		                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory == MAP_FAILED)
			return false;
		snapshot = (struct snapshot *)(void *)memory;
		snapshot->page = page;
		snapshot->contents = memory + size;
	}
	return access("/proc/self/pagemap", R_OK) == 0 && find_regions();
}

void snapshot_begin(void (*wait)(void *context), void *context)
{
	snapshot->wait = wait;
	snapshot->context = context;
	getcontext(&snapshot->keeper);
	snapshot->keeper.uc_stack.ss_sp = snapshot->stack;
	snapshot->keeper.uc_stack.ss_size = sizeof snapshot->stack;
	makecontext(&snapshot->keeper, keep, 0);
	swapcontext(&snapshot->scenario, &snapshot->keeper);
}

_Noreturn void snapshot_return(void)
{
	setcontext(&snapshot->keeper);
	abort(); /* no context could be set */
}

#else

bool snapshot_is_possible(void)
{
	return false;
}

void snapshot_begin(void (*wait)(void *context), void *context)
{
	(void)wait;
	(void)context;
}

_Noreturn void snapshot_return(void)
{
	exit(0);
}

#endif
