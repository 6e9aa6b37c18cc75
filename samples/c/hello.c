/* hello is the small C program of the story. */
#include <stdio.h>

int main(void) {
    puts("hello from C");
    return 0;
}
