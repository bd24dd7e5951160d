#!/usr/bin/python3
r"""skeleton.py: a subject in Python, to copy together with subject.py, which has the
protocol. It judges a table of handles: put your calls in its place, and delete the methods
for which there is no call at all. specs/subjects.md has the way to go.

    printf 'acquire k1\ninit c1 k1\ndelete c1\ndelete c1\nfree k1\n' | ./skeleton.py

A method returns the name of a status, or `0x` and eight hexadecimal digits. Where it makes
more than that, it returns a tuple, as its docstring says. Handles come in as the caller's
structs, with whatever `words` they hold, or as None for NULL; those that the function
writes are assigned.
"""
import subject

OK, CONTINUE = "SEC_E_OK", "SEC_I_CONTINUE_NEEDED"
INVALID, NO_CREDENTIALS = "SEC_E_INVALID_HANDLE", "SEC_E_NO_CREDENTIALS"


class Table:
    """Each handle that was issued, by its words, as [kind, whether it is live]."""

    name, version = "a table of handles", "1"
    # Others may be told too: path, the file that is judged, and package.

    def __init__(self):
        self.table = {}

    def issue(self, out, kind):
        number = len(self.table) + 1
        out.words = (number, subject.WORD - number)
        self.table[out.words] = [kind, True]

    def find(self, handle, *kinds):
        """The entry of a handle of these kinds, or one that is not live."""
        entry = self.table.get(handle and handle.words, ["none", False])
        return entry if entry[0] in kinds else ["none", False]

    def acquire(self, out, direction, identity):
        """AcquireCredentialsHandle.

        out        the struct to write
        direction  "both", "inbound" or "outbound"
        identity   user, domain and password: subject.KNOWN, subject.UNKNOWN, or None
        """
        if not out:
            return "SEC_E_INVALID_PARAMETER"
        self.issue(out, direction)
        return OK

    def free(self, credential):
        """FreeCredentialsHandle."""
        entry = self.find(credential, "both", "inbound", "outbound")
        if not entry[1]:
            return INVALID
        entry[1] = False
        return OK

    def leg(self, direction, out, credential, context):
        kind, is_live = self.find(credential, "both", "inbound", "outbound")
        if context:
            raise subject.Unsupported("an exchange has one leg")
        if not is_live:
            return INVALID
        if kind not in ("both", direction):
            return NO_CREDENTIALS
        if not out:
            return INVALID
        self.issue(out, "context")
        return CONTINUE, b"a token"

    def init(self, out, credential, context, token, integrity):
        """InitializeSecurityContext.

        out        phNewContext, which may be the same object as context
        context    phContext; None on a first call
        token      bytes that are fed, or None for no input buffer
        integrity  whether to ask for ISC_REQ_INTEGRITY; scenarios have both kinds

        Returns the status, or (status, token as bytes) if it wrote one.
        """
        return self.leg("outbound", out, credential, context)

    def accept(self, out, credential, context, token):
        """AcceptSecurityContext, as init."""
        return self.leg("inbound", out, credential, context)

    def complete(self, context, token):
        """CompleteAuthToken. Returns the status, or (status, what became of the token)."""
        raise subject.Unsupported("there is nothing to complete")

    def delete(self, context):
        """DeleteSecurityContext."""
        entry = self.find(context, "context")
        is_pseudo = context and context.words == (subject.WORD - 1, subject.WORD - 1)
        entry[1] = False
        return OK if is_pseudo or entry[0] == "context" else INVALID

    def query(self, context, attribute):
        """QueryContextAttributes.

        attribute  "names", "package", "sizes", "lifespan" or "other"

        Returns the status, or (status, buffer) if it handed one out, for release.
        """
        if attribute in ("names", "package"):
            raise subject.Unsupported("it hands out no buffers")
        return OK if self.find(context, "context")[1] else INVALID

    def use(self, handle, function):
        """The function of that SDK name, such as "MakeSignature", on a context or a
        credential."""
        raise subject.Unsupported("there are no messages and no more attributes")

    def export(self, context, delete_old):
        """ExportSecurityContext, which with delete_old ends the context. Returns the status,
        or (status, buffer for release, its bytes)."""
        raise subject.Unsupported("it hands out no buffers")

    def import_(self, out, data):
        """ImportSecurityContext, of the bytes that an export delivered, or of noise."""
        raise subject.Unsupported("it hands out no buffers")

    def release(self, buffer):
        """FreeContextBuffer.

        buffer  what another method returned; None for NULL; or an address (int) of memory
                that is the caller's own
        """
        raise subject.Unsupported("it hands out no buffers")


if __name__ == "__main__":
    subject.main(Table())
