// Compresses a file of the current directory at several levels, decompresses the results, and compares.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY
#include "common/xxhash.h"
#include "zstd.h"

enum { INPUT_BYTES = 600000 };

static void *checked(void *pointer) {
    if (!pointer) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return pointer;
}

// A text of words that repeat, with some noise between them; the same in every run.
static void write_input(const char *path) {
    static const char *const words[] = {"grant", "table", "module", "memory", "trap", "linear ", "of ", "the\n"};
    unsigned char *text = checked(malloc(INPUT_BYTES + 16));
    unsigned seed = 1;
    size_t length = 0;
    while (length < INPUT_BYTES) {
        seed = seed * 1664525u + 1013904223u;
        const char *word = words[seed >> 29];
        memcpy(text + length, word, strlen(word));
        length += strlen(word);
        if ((seed >> 20 & 15) == 0) {
            text[length++] = (unsigned char)(seed >> 8);
        }
    }
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, INPUT_BYTES, file) != INPUT_BYTES || fclose(file)) {
        perror(path);
        exit(1);
    }
    free(text);
}

static void *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    void *bytes = checked(malloc(*length + 1));
    if (fread(bytes, 1, *length, file) != *length) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

// Streams `from` through a compression context into the file `to`.
static void compress_file(const char *from, const char *to, int level) {
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    ZSTD_CCtx *context = checked(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    static char source[16384], destination[16384];
    size_t got;
    do {
        got = fread(source, 1, sizeof source, in);
        ZSTD_inBuffer input = {source, got, 0};
        size_t remaining;
        do {
            ZSTD_outBuffer output = {destination, sizeof destination, 0};
            remaining = ZSTD_compressStream2(context, &output, &input, got ? ZSTD_e_continue : ZSTD_e_end);
            if (ZSTD_isError(remaining)) {
                fprintf(stderr, "%s\n", ZSTD_getErrorName(remaining));
                exit(1);
            }
            fwrite(destination, 1, output.pos, out);
        } while (got ? input.pos < input.size : remaining > 0);
    } while (got);
    ZSTD_freeCCtx(context);
    fclose(in);
    fclose(out);
}

int main(void) {
    static const int levels[] = {-5, 1, 3, 9, 19};
    printf("zstd %s\n", ZSTD_versionString());
    write_input("input.txt");
    size_t length;
    void *original = read_file("input.txt", &length);
    printf("%zu bytes, hash %016llx\n", length, (unsigned long long)XXH64(original, length, 0));
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        compress_file("input.txt", "input.zst", levels[i]);
        size_t compressed_length;
        void *compressed = read_file("input.zst", &compressed_length);
        void *restored = checked(malloc(length));
        size_t restored_length = ZSTD_decompress(restored, length, compressed, compressed_length);
        int equal = restored_length == length && memcmp(original, restored, length) == 0;
        printf("level %d: %zu bytes, hash %016llx, %s\n", levels[i], compressed_length,
               (unsigned long long)XXH64(compressed, compressed_length, 0), equal ? "restored" : "DIFFERENT");
        // A flipped bit does not go unnoticed.
        ((unsigned char *)compressed)[compressed_length / 2] ^= 4;
        size_t damaged = ZSTD_decompress(restored, length, compressed, compressed_length);
        if (!ZSTD_isError(damaged)) {
            printf("the damage went unnoticed\n");
        }
        free(compressed);
        free(restored);
        remove("input.zst");
    }
    free(original);
    return 0;
}
