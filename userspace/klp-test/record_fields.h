// The KEY=VALUE lines of a record, such as those in vm-images/. Lines without one are ignored.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace suture::harness {

// The words of a value with commas between them, as all lists in vm-images/ are.
std::vector<std::string> words_of(const std::string &value);

class RecordFields {
  public:
    // `name` is what messages call the record.
    RecordFields(const std::string &text, std::string name);

    bool has(const char *key) const { return values_.contains(key); }
    // They leave `value` as it is where the key has none that will do.
    void text(const char *key, std::string &value);
    void list(const char *key, std::vector<std::string> &value);
    void positive(const char *key, int &value);

    // What is wrong with the first key that will not do; empty where all do.
    const std::string &problem() const { return problem_; }

  private:
    void complain(const std::string &what);

    std::string name_;
    std::map<std::string, std::string, std::less<>> values_;
    std::string problem_;
};

} // namespace suture::harness
