// A person who takes their time to answer, for tests of what happens meanwhile.

#pragma once

#include <functional>
#include <streambuf>
#include <string>
#include <utility>

namespace suture::testing {

class SlowAnswer : public std::streambuf {
  public:
    SlowAnswer(std::string text, std::function<void()> meanwhile)
        : text_(std::move(text)), meanwhile_(std::move(meanwhile)) {}

  protected:
    int_type underflow() override {
        if (std::exchange(given_, true) || text_.empty())
            return traits_type::eof();
        meanwhile_();
        setg(text_.data(), text_.data(), text_.data() + text_.size());
        return traits_type::to_int_type(text_.front());
    }

  private:
    std::string text_;
    std::function<void()> meanwhile_;
    bool given_ = false;
};

} // namespace suture::testing
