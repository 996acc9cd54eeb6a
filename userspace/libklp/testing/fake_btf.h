// BTF for tests, made by libbpf.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

struct btf;

namespace suture::testing {

class FakeBtf {
  public:
    // On top of `base`, to whose types it can refer.
    explicit FakeBtf(const FakeBtf *base = nullptr);

    // All return the type's id; 0 is void.
    int integer(const char *name, unsigned size);
    int structure(const char *name, unsigned size);
    // Of the structure that was made last, so many bytes behind its begin.
    void member(const char *name, int type, unsigned offset);
    int array(int element, int index, unsigned count);
    int enumeration(const char *name, const std::vector<std::pair<const char *, int>> &values);
    int pointer(int target);
    int constant(int target);
    int type_definition(const char *name, int target);
    int function(const char *name, int result,
                 const std::vector<std::pair<const char *, int>> &parameters);
    // What a pointer to a function leads to.
    int prototype(int result, const std::vector<int> &parameters);

    std::string bytes() const;

  private:
    std::shared_ptr<btf> btf_;
};

} // namespace suture::testing
