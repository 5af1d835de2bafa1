// Preloaded into a server's pppd: writes the first 32 bytes of an EAP-TLS master key, in hexadecimal, to the file that EAP_KEYS names.
// Build: gcc -O2 -shared -fPIC -o eapkeys.so eapkeys.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int SSL_export_keying_material(void *ssl, unsigned char *out, size_t size, const char *label, size_t label_length, const unsigned char *context,
    size_t context_length, int use_context) {
    int (*real)(void *, unsigned char *, size_t, const char *, size_t, const unsigned char *, size_t, int) = dlsym(RTLD_NEXT, "SSL_export_keying_material");
    int result = real(ssl, out, size, label, label_length, context, context_length, use_context);
    const char *file = getenv("EAP_KEYS");
    FILE *f = result == 1 && size >= 32 && file ? fopen(file, "w") : NULL;
    if (f) {
        for (int i = 0; i < 32; i++)
            fprintf(f, "%02x", out[i]);
        fclose(f);
    }
    return result;
}
