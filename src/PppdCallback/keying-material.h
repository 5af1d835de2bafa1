#ifndef KEYING_MATERIAL_H
#define KEYING_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEYING_HALF = 32 };

/* Half 0 (send, client's view) or 1 (receive) of the last EAP-TLS login's master key; 0 when there was none. */
size_t keying_half(int which, uint8_t *to, size_t size);

/* Wipes it. */
void keying_forget(void);

#endif
