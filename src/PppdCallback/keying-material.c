/*
 * The whole key of an EAP-TLS login. pppd 2.4 keeps 16 bytes of each half of the master session key (RFC 5216 2.3), SSTP's crypto
 * binding is made of 32. Where the service starts pppd with this plugin as LD_PRELOAD, OpenSSL's exporter is called through here.
 */
#define _GNU_SOURCE
#include "keying-material.h"

#include <dlfcn.h>
#include <string.h>

static uint8_t master_key[2 * KEYING_HALF];
static bool captured;

typedef int exporter_fn(void *, unsigned char *, size_t, const char *, size_t, const unsigned char *, size_t, int);

__attribute__((visibility("default"))) int SSL_export_keying_material(void *ssl, unsigned char *out, size_t size, const char *label,
    size_t label_length, const unsigned char *context, size_t context_length, int use_context);

int SSL_export_keying_material(void *ssl, unsigned char *out, size_t size, const char *label, size_t label_length,
    const unsigned char *context, size_t context_length, int use_context) {
    static const char *const labels[] = {"client EAP encryption", "EXPORTER_EAP_TLS_Key_Material"};
    exporter_fn *next = (exporter_fn *)(intptr_t)dlsym(RTLD_NEXT, "SSL_export_keying_material");
    int result = next ? next(ssl, out, size, label, label_length, context, context_length, use_context) : 0;
    for (size_t i = 0; result == 1 && size >= sizeof master_key && i < sizeof labels / sizeof labels[0]; i++) {
        if (label_length == strlen(labels[i]) && memcmp(label, labels[i], label_length) == 0) {
            memcpy(master_key, out, sizeof master_key);
            captured = true;
        }
    }
    return result;
}

size_t keying_half(int which, uint8_t *to, size_t size) {
    if (!captured || size < KEYING_HALF)
        return 0;
    memcpy(to, master_key + (which ? KEYING_HALF : 0), KEYING_HALF);
    return KEYING_HALF;
}

void keying_forget(void) {
    explicit_bzero(master_key, sizeof master_key);
    captured = false;
}
