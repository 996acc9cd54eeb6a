// What klp changes, or fails to, for the journal of the machine: one entry for each. docs/klp.md
// has the fields, which stay.

#pragma once

#include "libklp/environment.h"
#include "libklp/error.h"

#include <string>

namespace suture {

class Record {
  public:
    // Keeps the reference.
    explicit Record(const Environment &environment) : environment_(environment) {}

    // What an entry is about; what is empty is left out.
    struct About {
        std::string patch;
        std::string version = {}; // of the store
        std::string kernel = {};  // whose patch it is; empty: the running one
    };

    void set_verb(const char *verb) { verb_ = verb; }

    // `message`: what klp says of it.
    void done(const About &about, const std::string &message) const;
    // The same, of what is to be looked into.
    void done_with_force(const About &about, const std::string &message) const;
    void failed(const About &about, const Error &error) const;

  private:
    void write(const About &about, const char *priority, const char *result,
               const std::string &message, const char *error = "") const;

    const Environment &environment_;
    const char *verb_ = "";
};

} // namespace suture
