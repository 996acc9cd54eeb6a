// Functions whose prototypes tests read from the debug information of this file's object, which is
// as little linked as a module.

struct sample {
    int value;
};

struct sample_pair {
    long first, second;
};

typedef struct {
    int counter;
} sample_counter;

enum sample_kind { sample_one, sample_two };

using sample_size = unsigned long;

extern "C" {

int sample_show(struct sample *one, void *other) {
    return one->value + (other != nullptr);
}

void sample_mixed(const char *text, sample_size size, sample_kind kind, sample_counter *counter,
                  int (*callback)(int), struct sample **list) {
    counter->counter += text[size] + callback(kind) + (*list)->value;
}

struct sample_pair sample_by_value(struct sample_pair pair, bool flag) {
    return flag ? pair : sample_pair{};
}

unsigned long long sample_variadic(unsigned char count, ...) {
    return count;
}
}
