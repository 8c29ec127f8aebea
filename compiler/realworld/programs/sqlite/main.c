// Runs the SQL file given second on the database given first, and prints the rows of its queries.

#include <stdio.h>
#include <stdlib.h>

#include "sqlite3.h"

static int print_row(void *unused, int columns, char **values, char **names) {
    (void)unused, (void)names;
    for (int i = 0; i < columns; i++) {
        printf("%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    }
    putchar('\n');
    return 0;
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = malloc(length + 1);
    text[fread(text, 1, length, file)] = 0;
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    sqlite3 *database;
    char *message = NULL;
    char *script = argc == 3 ? read_file(argv[2]) : NULL;
    if (!script) {
        fprintf(stderr, "usage: sqlite DATABASE SCRIPT\n");
        return 2;
    }
    if (sqlite3_open(argv[1], &database) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], sqlite3_errmsg(database));
        return 1;
    }
    if (sqlite3_exec(database, script, print_row, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    return sqlite3_close(database) != SQLITE_OK;
}
