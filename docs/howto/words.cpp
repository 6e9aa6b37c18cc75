// The words of standard input, each once.
#include <iostream>
#include <set>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> order;
    std::set<std::string> seen;
    for (std::string word; std::cin >> word;)
        if (seen.insert(word).second) order.push_back(word);
    for (const auto &word : order) std::cout << word << '\n';
}
