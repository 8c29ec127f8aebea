// Errors in Lua without long jumps: an error that would be caught ends the program.

#include <stdio.h>
#include <stdlib.h>

#define luai_jmpbuf int
#define LUAI_TRY(state, jump, function, data) ((void)(jump), (function)((state), (data)))
#define LUAI_THROW(state, jump) (fprintf(stderr, "lua: %s\n", lua_tostring((state), -1)), exit(1))
