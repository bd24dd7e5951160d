#!/usr/bin/python3
"""sspi.py: the functions of sspi.h in a shared library, as a subject in Python: an example
that has nearly all there is, by which subject.py is compared with sechandle-subject.
"""
import argparse
import ctypes
from ctypes import (POINTER, Structure, byref, c_char_p, c_uint32, c_uint64, c_void_p, cast,
                    string_at)

import subject

ROOM = 4096
QUERIES = {"sizes": 0, "names": 1, "lifespan": 2, "package": 10, "other": 14}


class Identity(Structure):
    _fields_ = [("user", c_char_p), ("user_length", c_uint32), ("domain", c_char_p),
                ("domain_length", c_uint32), ("password", c_char_p),
                ("password_length", c_uint32), ("flags", c_uint32)]


class SecBuffer(Structure):
    _fields_ = [("size", c_uint32), ("type", c_uint32), ("data", c_void_p)]


class SecBufferDesc(Structure):
    _fields_ = [("version", c_uint32), ("count", c_uint32), ("buffers", POINTER(SecBuffer))]


def identity(who):
    texts = [text.encode() for text in who]
    return byref(Identity(*(part for text in texts for part in (text, len(text))), 1))


def buffers(*parts):
    """A list of buffers, each (type, ctypes array)."""
    array = (SecBuffer * len(parts))(*((ctypes.sizeof(data), kind, cast(data, c_void_p))
                                       for kind, data in parts))
    return SecBufferDesc(0, len(parts), array)


def data(token):
    return (ctypes.c_char * len(token)).from_buffer_copy(token)


class Sspi:
    name = "an SSPI library"

    def __init__(self, path, package):
        self.path, self.package = path, package
        self.library = ctypes.CDLL(path)

    def call(self, function, *arguments):
        """Calls with structs in memory, which are written back behind the call."""
        structs = {id(one): one for one in arguments if isinstance(one, subject.Handle)}
        places = {key: (ctypes.c_size_t * 2)(*one.words) for key, one in structs.items()}
        if not hasattr(self.library, function):
            return "0x80090302"  # SEC_E_UNSUPPORTED_FUNCTION
        status = getattr(self.library, function)(
            *(places.get(id(one), one) for one in arguments)) & 0xFFFFFFFF
        for key, place in places.items():
            structs[key].words = tuple(place)
        return f"0x{status:08X}"

    def acquire(self, out, direction, who):
        return self.call("AcquireCredentialsHandleA", None, self.package.encode(),
                         {"inbound": 1, "outbound": 2, "both": 3}[direction], None,
                         who and identity(who), None, None, out, byref(c_uint64()))

    def free(self, credential):
        return self.call("FreeCredentialsHandle", credential)

    def leg(self, function, token, *before, behind):
        """Calls with the lists of a leg: what is fed, and room for what is written."""
        made = buffers((2, data(bytes(ROOM))))
        fed = None if token is None else byref(buffers((2, data(token))))
        status = self.call(function, *before, fed, *behind, byref(made), byref(c_uint32()),
                           byref(c_uint64()))
        return status, string_at(made.buffers[0].data, made.buffers[0].size)

    def init(self, out, credential, context, token, integrity):
        return self.leg("InitializeSecurityContextA", token, credential, context, None,
                        integrity << 16, 0, 16, behind=(0, out))

    def accept(self, out, credential, context, token):
        return self.leg("AcceptSecurityContext", token, credential, context,
                        behind=(0, 16, out))

    def complete(self, context, token):
        fed = token if token is None else buffers((2, data(token)))
        status = self.call("CompleteAuthToken", context, fed and byref(fed))
        return (status, string_at(fed.buffers[0].data, fed.buffers[0].size)) if fed else status

    def delete(self, context):
        return self.call("DeleteSecurityContext", context)

    def query(self, context, attribute):
        place = (c_void_p * 32)()
        status = self.call("QueryContextAttributesA", context, QUERIES[attribute], place)
        return (status, place[0]) if attribute in ("names", "package") else status

    def use(self, handle, function):
        raise subject.Unsupported("it is not called here")

    def export(self, context, delete_old):
        made = SecBuffer(0, 0, None)
        status = self.call("ExportSecurityContext", context, 2 * delete_old, byref(made),
                           byref(c_void_p()))
        return status, made.data, string_at(made.data, made.size)

    def import_(self, out, exported):
        return self.call("ImportSecurityContextA", self.package.encode(),
                         byref(buffers((0, data(exported))).buffers[0]), None, out)

    def release(self, buffer):
        return self.call("FreeContextBuffer", c_void_p(buffer))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", metavar="LIBRARY")
    parser.add_argument("--package", default="Reference", help="of the library")
    arguments = parser.parse_args()
    subject.main(Sspi(arguments.library, arguments.package))
